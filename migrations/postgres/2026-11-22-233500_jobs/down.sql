DROP TABLE revoke_quotas;
DROP TABLE emergencies;
DROP TABLE epochs;
DROP TABLE jobs;
