-- Since when whoever works on a job has been at it, and how many sessions were behind it then: its pace is measured from there.
ALTER TABLE jobs ADD COLUMN resumed_at TIMESTAMPTZ;
ALTER TABLE jobs ADD COLUMN resumed_from BIGINT NOT NULL DEFAULT 0;
