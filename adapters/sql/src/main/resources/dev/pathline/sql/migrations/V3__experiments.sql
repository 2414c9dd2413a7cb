-- Experiments, and what came of their jobs: kept when the jobs are forgotten.
create table experiment (
    name     text ${binary} not null,
    version  integer not null,
    revision bigint not null,
    state    text not null,
    -- JSON, all of it.
    record   text not null,
    primary key (name, version)
);

create index experiment_state on experiment (state);

-- A row for each ended job.
create table experiment_job (
    job_id           text ${binary} not null primary key,
    -- name@version
    experiment       text not null,
    arm              text not null,
    unit             text not null,
    -- 1 where comparisons count it.
    counted          integer not null,
    -- What the jobs of one request share.
    pair             text,
    state            text not null,
    queued_ms        double precision,
    first_preview_ms double precision,
    total_ms         double precision,
    device_ms        double precision,
    evaluations      double precision,
    failed           double precision
);

create index experiment_job_arm on experiment_job (experiment, arm, unit);
create index experiment_job_pair on experiment_job (experiment, pair, arm) where pair is not null;

-- What was observed of units besides.
create table experiment_value (
    experiment text not null,
    metric     text not null,
    source     text ${binary} not null,
    arm        text not null,
    unit       text not null,
    pair       text,
    value      double precision not null,
    at         bigint not null,
    primary key (experiment, metric, source)
);

create index experiment_value_arm on experiment_value (experiment, metric, arm, unit);

create table experiment_vote (
    experiment text not null,
    pair       text not null,
    first_arm  text ${binary} not null,
    second_arm text ${binary} not null,
    voter      text ${binary} not null,
    preference text not null,
    at         bigint not null,
    primary key (experiment, pair, first_arm, second_arm, voter)
);

-- name@version of the experiment that a job is part of, and whether that knows of its end.
alter table job add column experiment text;
alter table job add column noted integer not null default 0;

create index job_to_note on job (id) where experiment is not null and ended_at is not null and noted = 0;
