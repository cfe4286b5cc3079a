CREATE TABLE j (id INT PRIMARY KEY, doc JSON, name VARCHAR(50) AS (doc->>'$.name') STORED, first_tag VARCHAR(50) AS (doc->'$.tags[0]') VIRTUAL, KEY j_name (name));
INSERT INTO j (id, doc) VALUES (1, '{"name": "it\'s; \\"quoted\\"", "tags": ["a;b", "c--d", "#e"]}'), (2, JSON_OBJECT('name', 'x', 'tags', JSON_ARRAY(1, 2)));
INSERT INTO j (id, doc) SELECT id + 10, JSON_SET(doc, '$."a;b"', doc->'$.tags[last]') FROM j WHERE doc->>"$.name" IS NOT NULL;
CREATE VIEW jv AS SELECT t.* FROM j, JSON_TABLE(doc, '$.tags[*]' COLUMNS (n FOR ORDINALITY, v VARCHAR(50) PATH '$' DEFAULT '"none;"' ON EMPTY)) t;
