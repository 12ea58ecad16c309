-- Work on many sessions, done in the background by whichever process holds the lease. filter is what is worked on, query
-- the same as the console's list has it in its address. place is the public id up to which it is done: it moves in the
-- transaction that does the work, so that a process that dies leaves nothing half done and nothing done twice.
CREATE TABLE jobs (
    jid TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('revoke', 'sweep')),
    query TEXT COLLATE "C" NOT NULL,
    filter TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'running', 'paused', 'done', 'cancelled')),
    found BIGINT,
    done BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    place TEXT COLLATE "C" NOT NULL,
    last_error TEXT COLLATE "C",
    reason TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    ticket TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    lease_holder TEXT COLLATE "C",
    lease_ends_at TIMESTAMPTZ
);
CREATE INDEX jobs_due ON jobs (starts_at, jid) WHERE finished_at IS NULL;

-- Sessions opened up to this moment are dead: those of one mini-program, or, under the empty appid, all.
CREATE TABLE epochs (
    appid TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL
);

-- Proposals to set an epoch: one person proposes, another approves. due_at: for who is alone; then it is carried out by
-- itself at that time.
CREATE TABLE emergencies (
    eid TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    appid TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('proposed', 'done', 'refused')),
    reason TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    ticket TEXT COLLATE "C" NOT NULL,
    proposed_by TEXT COLLATE "C" NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ,
    decided_by TEXT COLLATE "C",
    decided_at TIMESTAMPTZ,
    jid TEXT COLLATE "C"
);
CREATE INDEX emergencies_state ON emergencies (state, expires_at);

-- How many sessions a member of staff revoked on a day (counted from 1970, in Shanghai).
CREATE TABLE revoke_quotas (
    staff_id BIGINT NOT NULL REFERENCES staff (id),
    day BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (staff_id, day)
);
