DROP INDEX logins_app;
DROP INDEX logins_errcode;
DROP INDEX logins_failed;
DROP INDEX logins_at;
DROP TABLE hourly_head;
DROP TABLE hourly;
