package dev.pathline.trainer.report;

import dev.pathline.trainer.run.RunListener;
import dev.pathline.trainer.delivery.RunResult;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps the log of one part of a run's life, and writes the report at its end. Nothing here fails: a run does not end
 * otherwise because nobody could write about it.
 */
public final class RunReporting {

    private final Path run;
    private final RunLog log;

    /** Reports on the run in a folder. */
    public RunReporting(Path run) {
        this.run = run;
        this.log = new RunLog(run);
    }

    /** Returns what is to hear of the run. */
    public RunListener listener() {
        return log;
    }

    /** The part has ended. */
    public void ended(RunResult result) {
        switch (result) {
            case RunResult.Finished done -> log.succeeded(done.folder() + ": " + done.summary());
            case RunResult.Stopped stopped -> log.stopped("as it was asked to");
        }
        write();
    }

    /** The part has ended because the run was cancelled. */
    public void cancelled() {
        log.cancelled();
        write();
    }

    /**
     * The part has failed.
     *
     * @param reason a sentence for people
     */
    public void failed(String reason) {
        log.failed(reason);
        write();
    }

    private void write() {
        if (!log.begun()) {
            return;
        }
        try {
            RunReport.write(run);
        } catch (IOException | RuntimeException e) {
            System.getLogger(RunReporting.class.getName()).log(System.Logger.Level.WARNING,
                    "the report of " + run + " is not written: " + e.getMessage());
        }
    }
}
