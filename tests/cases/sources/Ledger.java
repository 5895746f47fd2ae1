package shop.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What was paid, by whom. */
public final class Ledger {
    private final Map<String, List<Long>> rows = new TreeMap<>();
    private final int limit;

    public Ledger(int limit) {
        if (limit <= 0) {
            throw new IllegalArgumentException("limit must be positive, not " + limit);
        }
        this.limit = limit;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (Map.Entry<String, List<Long>> row : rows.entrySet()) {
            text.append(row.getKey()).append('(').append(row.getValue().size()).append(')');
        }
        return text.append("]").toString();
    }

    public synchronized boolean pay(String name, long cents) {
        List<Long> paid = rows.computeIfAbsent(name, key -> new ArrayList<>());
        if (paid.size() >= limit) {
            return false;
        } else if (cents == 0L) {
            return true;
        }
        paid.add(cents);
        return true;
    }

    public long total(Predicate<String> wanted) {
        return rows.entrySet().stream()
            .filter(row -> wanted.test(row.getKey()))
            .flatMap(row -> row.getValue().stream())
            .mapToLong(Long::longValue)
            .sum();
    }

    enum Kind {
        CASH,
        CARD;

        boolean isFast() {
            return this == CARD;
        }
    }
}
