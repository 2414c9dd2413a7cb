-- The records of jobs, and who has them. Times are microseconds since 1970, by the database's clock where they are leases.
create table job (
    id              text ${binary} not null primary key,
    revision        bigint not null,
    state           text not null,
    model           text not null,
    version         text not null,
    idempotency_key text unique,
    priority        text not null,
    row_count       bigint not null,
    -- In this order waiting jobs are handed out, and by their ids where it is the same.
    turn            bigint not null,
    -- By then it must have begun; null where it may wait.
    start_by        bigint,
    -- Null as long as it has not ended.
    ended_at        bigint,
    -- How often it was claimed: the number of the newest claim.
    claims          integer not null default 0,
    worker          text,
    -- 0 where nobody has it.
    lease_until     bigint not null default 0,
    -- JSON, all of it.
    record          text not null
);

create index job_unended on job (turn, id) where ended_at is null;
create index job_ended on job (ended_at, id) where ended_at is not null;
create index job_state on job (state, id);
create index job_model on job (model, version, id);
