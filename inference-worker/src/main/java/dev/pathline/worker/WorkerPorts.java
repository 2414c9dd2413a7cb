package dev.pathline.worker;

import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.JobSignals;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.WorkerLiveness;
import java.time.Clock;

/** What a worker talks to. */
record WorkerPorts(JobSignals signals, JobStore store, BlobStore blobs, ModelRegistry models, WorkerLiveness liveness,
        JobLifecycle lifecycle, Clock clock) {}
