-- What happened in each hour, counted in the background: pages add these rows up and never scan what they stand for.
-- kind: login (name: the result), errcode (name: WeChat's number), latency (name: milliseconds, the bucket's upper end),
-- user (new ones), ended (sessions; name: the reason). appid is empty where there is none.
CREATE TABLE hourly (
    begins_at TIMESTAMPTZ NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('login', 'errcode', 'latency', 'user', 'ended')),
    name TEXT COLLATE "C" NOT NULL,
    appid TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (begins_at, kind, name, appid)
);

-- How far that came: hours before next_at are counted for good, the ones since were last counted at counted_at.
CREATE TABLE hourly_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    next_at TIMESTAMPTZ NOT NULL,
    counted_at TIMESTAMPTZ NOT NULL
);

-- The log of logins is read by time: a list of it, an hour of it, what failed, one code, one mini-program.
CREATE INDEX logins_at ON logins (at, id);
CREATE INDEX logins_failed ON logins (at, id) WHERE result <> 'ok';
CREATE INDEX logins_errcode ON logins (errcode, at, id) WHERE errcode IS NOT NULL;
CREATE INDEX logins_app ON logins (appid, at, id);
