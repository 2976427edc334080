-- What the stand-in needs in a database, besides being one of encoding UTF8 and collation C.
CREATE EXTENSION IF NOT EXISTS orafce;

CREATE DOMAIN clob AS text;

-- Oracle keeps names in capitals.
CREATE VIEW user_tables AS
SELECT upper(c.relname)::varchar(128) AS table_name
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = 'public';
