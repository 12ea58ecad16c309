-- The trail is kept for good: what narrows its list has an index. Most entries have no reason, and went well.
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_reason ON audit (reason, id) WHERE reason <> '';
CREATE INDEX audit_result ON audit (result, id) WHERE result <> 'ok';
