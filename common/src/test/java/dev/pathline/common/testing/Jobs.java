package dev.pathline.common.testing;

import dev.pathline.common.job.Idempotency;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Preview;
import dev.pathline.common.wire.Webhook;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.solver.SolverOption;
import java.time.Instant;
import java.util.Map;

/** Jobs for tests. */
public final class Jobs {

    private Jobs() {}

    /** A request of two images, 20 rows each. */
    public static JobRequest request(String model, String version) {
        return request(model, version, JobTerms.DEFAULT);
    }

    /** A request of two images, 20 rows each, on other terms. */
    public static JobRequest request(String model, String version, JobTerms terms) {
        return request(model, version, terms, 40);
    }

    /** A request that costs so many rows. */
    public static JobRequest request(String model, String version, JobTerms terms, long rows) {
        SamplingSettings settings = new SamplingSettings("ddim", 10, "time", 2.0, new CfgInterval(0, 5), 0.5,
                Map.of(SolverOption.ETA, 0.0), "clip", "independent", true);
        return new JobRequest(model, version, 2, 1, "shoe", settings, Long.MIN_VALUE, Preview.EVERY_STEP,
                ImageFormat.PNG, rows, 10, terms, Map.of("purpose", "test"));
    }

    /** The same request, of whose end somebody is told. */
    public static JobRequest telling(JobRequest request, Webhook webhook) {
        return new JobRequest(request.model(), request.version(), request.count(), request.label(), request.labelName(),
                request.settings(), request.seed(), request.preview(), request.format(), request.rows(),
                request.evaluations(), request.terms(), request.metadata(), request.warnings(), request.arm(), webhook);
    }

    /** A queued job of a request. */
    public static JobRecord queued(String id, JobRequest request, Instant now) {
        return JobRecord.queued(id, request, null, null, now);
    }

    /** A queued job. */
    public static JobRecord queued(String id, Instant now) {
        return JobRecord.queued(id, request("fashion-flow", "1"), null, null, now);
    }

    /** A queued job with an idempotency key. */
    public static JobRecord queued(String id, String key, Instant now) {
        return JobRecord.queued(id, request("fashion-flow", "1"), new Idempotency(key, "print"), null, now);
    }
}
