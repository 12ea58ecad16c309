-- Since when whoever works on a job has been at it, and how many sessions were behind it then: its pace is measured from there.
ALTER TABLE jobs ADD COLUMN resumed_at TEXT;
ALTER TABLE jobs ADD COLUMN resumed_from INTEGER NOT NULL DEFAULT 0;
