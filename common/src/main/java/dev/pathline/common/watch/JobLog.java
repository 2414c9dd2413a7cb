package dev.pathline.common.watch;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.job.JobState;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.Timings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** One line in the log for a job that was accepted, and one for its end; their numbers are fields of structured logs. */
public final class JobLog implements WatchedJobStore.Watcher {

    private static final Logger LOG = LoggerFactory.getLogger(JobLog.class);

    @Override
    public void accepted(JobRecord job) {
        JobRequest request = job.request();
        with(LOG.atInfo(), job).log("job {} accepted: {}, {} sample(s), {} steps of {}, {} rows, {}", job.id(),
                request.modelReference(), request.count(), request.settings().stepCount(), request.settings().solver(),
                request.rows(), request.terms().priority().wire());
    }

    @Override
    public void ended(JobRecord job) {
        JobRequest request = job.request();
        Timings timings = job.times().timings();
        JobError error = job.error();
        LoggingEventBuilder line = with(LOG.atLevel(job.state() == JobState.FAILED ? Level.WARN : Level.INFO), job)
                .addKeyValue("outcome", job.state().wire()).addKeyValue("totalMs", timings.totalMs());
        if (timings.runningMs() != null) {
            line = line.addKeyValue("runningMs", timings.runningMs());
        }
        if (error != null) {
            line = line.addKeyValue("code", error.code());
        }
        line.log("job {} {}: {}, {} sample(s), {} steps of {}, {} ms{}{}", job.id(), job.state().wire(),
                request.modelReference(), request.count(), request.settings().stepCount(), request.settings().solver(),
                timings.totalMs(),
                timings.runningMs() == null ? ", not begun" : " of which it ran " + timings.runningMs(),
                error == null ? "" : ": " + error.message());
    }

    private static LoggingEventBuilder with(LoggingEventBuilder line, JobRecord job) {
        JobRequest request = job.request();
        return line.addKeyValue("job", job.id()).addKeyValue("model", request.modelReference())
                .addKeyValue("samples", request.count()).addKeyValue("solver", request.settings().solver())
                .addKeyValue("steps", request.settings().stepCount()).addKeyValue("rows", request.rows());
    }
}
