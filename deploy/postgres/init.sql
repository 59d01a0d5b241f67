-- Runs once, when the volume is empty, as the superuser. The owner migrates and makes the logins of the services;
-- what each of those may do is in migrations/.
\getenv owner_password OWNER_PASSWORD
CREATE ROLE agent_platform LOGIN CREATEROLE PASSWORD :'owner_password';
CREATE DATABASE agent_metrics_db OWNER agent_platform;
-- So that a migration can let ingest skip the look-up of the run of each metric, which it has written itself just before.
GRANT SET ON PARAMETER session_replication_role TO agent_platform WITH GRANT OPTION;
