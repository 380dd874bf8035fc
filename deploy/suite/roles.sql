-- The roles and the database of a suite: one role that owns and migrates, and one for each service, which reads and writes
-- its own schema alone. For psql, once, as a superuser, with the passwords in the environment:
\set ON_ERROR_STOP on
\getenv owner_password UPPSIKT_OWNER_PASSWORD
\getenv directory_password UPPSIKT_DIRECTORY_PASSWORD
\getenv riskregister_password UPPSIKT_RISKREGISTER_PASSWORD
\getenv controlmeasurement_password UPPSIKT_CONTROLMEASUREMENT_PASSWORD
\getenv reporting_password UPPSIKT_REPORTING_PASSWORD
\getenv notification_password UPPSIKT_NOTIFICATION_PASSWORD
create role uppsikt_owner login password :'owner_password';
create role uppsikt_directory login password :'directory_password';
create role uppsikt_riskregister login password :'riskregister_password';
create role uppsikt_controlmeasurement login password :'controlmeasurement_password';
create role uppsikt_reporting login password :'reporting_password';
create role uppsikt_notification login password :'notification_password';
create database uppsikt owner uppsikt_owner;
revoke connect, temporary on database uppsikt from public;
grant connect on database uppsikt to uppsikt_directory, uppsikt_riskregister, uppsikt_controlmeasurement, uppsikt_reporting, uppsikt_notification;
