package shelf

import (
	"errors"
	"fmt"
	"sort"
)

// ErrFull says that a shelf has no room left.
var ErrFull = errors.New("the shelf is full")

// Book is one thing on a shelf.
type Book struct {
	Title string
	Pages int
	tags  map[string]bool
}

// Shelf keeps books in order.
type Shelf struct {
	books []Book
	limit int
}

// Put adds a book, or says why it cannot.
func (s *Shelf) Put(book Book) error {
	if len(s.books) >= s.limit {
		return fmt.Errorf("%q: %w", book.Title, ErrFull)
	}
	for _, other := range s.books {
		if other.Title == book.Title {
			return nil
		}
	}
	s.books = append(s.books, book)
	sort.Slice(s.books, func(i, j int) bool {
		return s.books[i].Title < s.books[j].Title
	})
	return nil
}

// Pages counts what has one of the tags.
func (s *Shelf) Pages(tags ...string) (total int) {
	for _, book := range s.books {
		switch {
		case len(tags) == 0:
			total += book.Pages
		case book.tags[tags[0]]:
			total += book.Pages
		default:
			continue
		}
	}
	return total
}
