package dev.pathline.benchmarks.services;

import dev.pathline.benchmarks.services.Backends.Ports;
import dev.pathline.common.job.JobIds;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobStore.Creation;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.diffusion.planner.SamplingSettings;
import java.time.Clock;
import java.util.Map;

/** Makes jobs as the API does: the record, its first event, a signal. */
final class Submissions {

    private final Ports ports;
    private final JobIds ids = new JobIds(Clock.systemUTC());
    private final int evaluations;

    /** Jobs of so many evaluations each. */
    Submissions(Ports ports, int evaluations) {
        this.ports = ports;
        this.evaluations = evaluations;
    }

    void submit() {
        var request = new JobRequest("sleeper", "1", 1, null, null,
                SamplingSettings.defaults(false).withSolver("euler").withSteps(evaluations), 7, null, ImageFormat.PNG,
                evaluations, evaluations, JobTerms.DEFAULT, Map.of());
        JobRecord job = JobRecord.queued(ids.next(), request, null, null, Clock.systemUTC().instant());
        if (!(ports.store().create(job) instanceof Creation.Created created)) {
            throw new IllegalStateException("the queue is full");
        }
        ports.log().append(job.id(), EventLog.NO_ATTEMPT, new JobEvent.Queued(created.place().position(), null));
        ports.signals().tellWaiting(request.modelReference());
    }
}
