package dev.pathline.worker;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.trace.TraceParent;
import dev.pathline.engine.sampling.Lane;
import dev.pathline.engine.sampling.Slot;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The worker's spans. A job has two below the request that made it: {@code wait}, from its acceptance to its first evaluation,
 * and {@code generate}, from there to its end, one for every attempt. An {@code evaluation} is of many jobs, so it is a trace
 * of its own, linked to the {@code generate} spans of those that had rows in it. Safe for use by many threads.
 */
final class JobTraces {

    private static final String ATTRIBUTES = "pathline.";

    private final Tracer tracer;

    JobTraces(OpenTelemetry telemetry) {
        this.tracer = telemetry.getTracer("dev.pathline.worker");
    }

    /** Starts the span of an attempt that has begun. */
    Span generate(JobRecord job) {
        Context parent = TraceParent.context(job.traceParent());
        Instant begun = Objects.requireNonNull(job.times().startedAt(), "a job that runs has begun");
        if (job.attempt() == 1) {
            span("wait", parent, job).setStartTimestamp(job.times().createdAt()).startSpan().end(begun);
        }
        return span("generate", parent, job).setStartTimestamp(begun).setSpanKind(SpanKind.CONSUMER)
                .setAttribute(ATTRIBUTES + "attempt", job.attempt())
                .setAttribute(ATTRIBUTES + "worker", String.valueOf(job.worker()))
                .setAttribute(ATTRIBUTES + "profile", String.valueOf(job.profile()))
                .startSpan();
    }

    private SpanBuilder span(String name, Context parent, JobRecord job) {
        var request = job.request();
        return tracer.spanBuilder(name).setParent(parent)
                .setAttribute(ATTRIBUTES + "job", job.id())
                .setAttribute(ATTRIBUTES + "model", request.modelReference())
                .setAttribute(ATTRIBUTES + "count", request.count())
                .setAttribute(ATTRIBUTES + "rows", request.rows())
                .setAttribute(ATTRIBUTES + "priority", request.terms().priority().wire());
    }

    /** Starts the span of an evaluation; one that records nothing where none of its jobs is traced. */
    Span evaluation(LaneKey lane, List<Slot> chosen) {
        List<SpanContext> jobs = chosen.stream().map(slot -> JobRun.of(slot).span().getSpanContext())
                .filter(SpanContext::isSampled).distinct().toList();
        if (jobs.isEmpty()) {
            return Span.getInvalid();
        }
        SpanBuilder span = tracer.spanBuilder("evaluation").setNoParent()
                .setAttribute(ATTRIBUTES + "model", lane.model())
                .setAttribute(ATTRIBUTES + "profile", lane.profile())
                .setAttribute(ATTRIBUTES + "rows", Lane.rows(chosen))
                .setAttribute(ATTRIBUTES + "samples", chosen.size());
        jobs.forEach(span::addLink);
        return span.startSpan();
    }
}
