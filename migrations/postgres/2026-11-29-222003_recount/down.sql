DROP TABLE hourly_recounts;
