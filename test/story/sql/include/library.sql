-- Twelve books. The four numbers of a vector say how much a book is about the sea, crime, love and science: so a
-- reader can check each distance by eye.
CREATE TABLE books (id int PRIMARY KEY, title text NOT NULL, author text NOT NULL, year int NOT NULL, embedding vector(4));
INSERT INTO books VALUES
    (1, 'Moby-Dick', 'Melville', 1851, '[9, 1, 0, 1]'),
    (2, 'Twenty Thousand Leagues', 'Verne', 1870, '[8, 1, 0, 6]'),
    (3, 'The Old Man and the Sea', 'Hemingway', 1952, '[9, 0, 1, 0]'),
    (4, 'Treasure Island', 'Stevenson', 1883, '[7, 5, 0, 0]'),
    (5, 'The Hound of the Baskervilles', 'Doyle', 1902, '[0, 9, 1, 2]'),
    (6, 'Murder on the Orient Express', 'Christie', 1934, '[0, 9, 1, 0]'),
    (7, 'Crime and Punishment', 'Dostoevsky', 1866, '[0, 7, 4, 0]'),
    (8, 'Pride and Prejudice', 'Austen', 1813, '[0, 0, 9, 0]'),
    (9, 'Anna Karenina', 'Tolstoy', 1878, '[0, 1, 8, 0]'),
    (10, 'The Time Machine', 'Wells', 1895, '[0, 1, 1, 9]'),
    (11, 'From the Earth to the Moon', 'Verne', 1865, '[1, 0, 0, 9]'),
    (12, 'Persuasion', 'Austen', 1817, '[4, 0, 8, 0]');
ANALYZE books;
