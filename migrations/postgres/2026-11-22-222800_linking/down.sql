DROP TABLE unionid_conflicts;
