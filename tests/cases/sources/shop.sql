-- What the shop sells.
CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    price NUMERIC(10, 2) DEFAULT 0,
    added TIMESTAMP
);

CREATE INDEX item_name ON item (name);

INSERT INTO item (id, name, price) VALUES
    (1, 'rake (small)', 9.5),
    (2, 'spade', 19.0);

SELECT i.name, COUNT(*) AS sold
FROM item AS i
JOIN sale AS s ON s.item_id = i.id
WHERE i.name LIKE '%(%'
    AND s.day >= '2024-01-01'
GROUP BY i.name
HAVING COUNT(*) > 3
ORDER BY sold DESC
LIMIT 10;

UPDATE item
SET price = price * 1.1
WHERE id IN (
    SELECT item_id FROM sale
);

DELETE FROM item WHERE price = 0;
