-- Optimizer hints: no delimiter ends one, no quote in one begins a string.
CREATE TABLE hints (id INT PRIMARY KEY, v INT, KEY hints_v (v));
INSERT /*+ SET_VAR(sort_buffer_size = 16M) */ INTO hints VALUES (1, 1), (2, 2), (3, 3);
UPDATE /*+ NO_MERGE(hints) */ hints SET v = v * 2 WHERE id = 2;
DELETE /*+ INDEX(hints `hints_v`) */ FROM hints WHERE v = 3;
INSERT INTO hints SELECT /*+ MAX_EXECUTION_TIME(1000) NO_INDEX(hints hints_v) */ id + 10, v FROM hints;
INSERT INTO hints SELECT /*+ no such hint; it's */ id + 20, v FROM hints;
CREATE VIEW hints_view AS SELECT /*+ NO_MERGE(d) */ d.id FROM (SELECT id FROM hints) d;
