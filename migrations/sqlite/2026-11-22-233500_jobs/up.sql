-- Work on many sessions, done in the background by whichever process holds the lease. filter is what is worked on, query
-- the same as the console's list has it in its address. place is the public id up to which it is done: it moves in the
-- transaction that does the work, so that a process that dies leaves nothing half done and nothing done twice.
CREATE TABLE jobs (
    jid TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('revoke', 'sweep')),
    query TEXT NOT NULL,
    filter TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'paused', 'done', 'cancelled')),
    found INTEGER,
    done INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    place TEXT NOT NULL,
    last_error TEXT,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    ticket TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    lease_holder TEXT,
    lease_ends_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_due ON jobs (starts_at, jid) WHERE finished_at IS NULL;

-- Sessions opened up to this moment are dead: those of one mini-program, or, under the empty appid, all.
CREATE TABLE epochs (
    appid TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Proposals to set an epoch: one person proposes, another approves. due_at: for who is alone; then it is carried out by
-- itself at that time.
CREATE TABLE emergencies (
    eid TEXT NOT NULL PRIMARY KEY,
    appid TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'done', 'refused')),
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    ticket TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    due_at TEXT,
    decided_by TEXT,
    decided_at TEXT,
    jid TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX emergencies_state ON emergencies (state, expires_at);

-- How many sessions a member of staff revoked on a day (counted from 1970, in Shanghai).
CREATE TABLE revoke_quotas (
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    day INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (staff_id, day)
) STRICT, WITHOUT ROWID;
