-- By whose clock times are shown to this member of staff, when they chose: hours east of UTC.
ALTER TABLE staff ADD COLUMN zone INTEGER;
