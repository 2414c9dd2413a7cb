-- The API key that made a job; null where nobody needs one.
alter table job add column owner text;
-- Every entry as &name=value&, both encoded as in a URL, so that no text is part of another's.
alter table job add column metadata text not null default '';
-- How much the files of its images take.
alter table job add column bytes bigint not null default 0;
-- 1 where somebody is to be told of its end, and the outbox does not know yet.
alter table job add column webhook integer not null default 0;

create index job_owner on job (owner, id) where owner is not null;
create index job_owner_unended on job (owner) where owner is not null and ended_at is null;
create index job_to_tell on job (id) where webhook = 1 and ended_at is not null;

create table api_key (
    id         text not null primary key,
    created_at bigint not null,
    -- JSON, all of it; of what the key says the hash alone.
    record     text not null
);

-- How often somebody has asked lately.
create table rate_bucket (
    id    text not null primary key,
    -- Base 64.
    state text not null
);

-- What is to be told of ended jobs, which may be forgotten meanwhile.
create table webhook_delivery (
    -- The job.
    id       text ${binary} not null primary key,
    owner    text,
    url      text not null,
    body     text not null,
    state    text not null,
    -- When it is tried next; null where it is not.
    due      bigint,
    attempts integer not null default 0,
    error    text,
    added_at bigint not null
);

create index webhook_due on webhook_delivery (due) where due is not null;
