DROP INDEX audit_at;
DROP INDEX audit_reason;
DROP INDEX audit_result;
