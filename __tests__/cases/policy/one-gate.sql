-- gates: run
DROP TABLE users;  -- expect: drop-table
