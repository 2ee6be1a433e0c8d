-- The role vecextd, as which the gateway connects, with the password $GATEWAY_PASSWORD; for psql, as a superuser. It may be run again.
-- A superuser, or a role with BYPASSRLS, would see the points of all namespaces, and may take every role.
\set ON_ERROR_STOP on
\getenv password GATEWAY_PASSWORD
CREATE EXTENSION IF NOT EXISTS vecext;
SELECT 'CREATE ROLE vecextd' WHERE to_regrole('vecextd') IS NULL \gexec
ALTER ROLE vecextd LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
GRANT CREATE ON SCHEMA public TO vecextd;
SELECT vecext.grant_namespace('vecextd', '*');
