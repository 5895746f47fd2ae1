package Words;

use strict;
use warnings;

our $VERSION = '0.3';

# Count the words of a text.
sub count {
    my ($text, %options) = @_;
    my %seen;
    foreach my $word (split /[\s({]+/, $text) {
        next unless length $word;
        $seen{lc $word}++;
    }
    if ($options{top}) {
        my @names = sort { $seen{$b} <=> $seen{$a} } keys %seen;
        return @names[0 .. $options{top} - 1];
    }
    return \%seen;
}

sub last_of {
    my ($rows) = @_;
    return undef if $#{$rows} < 0;
    return $rows->[$#{$rows}];
}

sub show {
    my ($seen) = @_;
    for my $name (sort keys %$seen) {
        printf "%s (%d)\n", $name, $seen->{$name};
    }
    return 1;
}

1;
