package dev.pathline.worker;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.wire.JobError;
import dev.pathline.engine.torch.DeviceMemoryException;

/** What a job is told of something that was thrown, exceptions and errors alike: by its kind. */
final class Faults {

    private Faults() {}

    /**
     * Returns the error of a job.
     *
     * @param what what could not be done, the beginning of a sentence
     */
    static JobError error(String what, Throwable thrown) {
        return JobError.of(isMemory(thrown) ? ErrorCode.OUT_OF_MEMORY : ErrorCode.GENERATION_FAILED,
                what + ": " + reason(thrown));
    }

    /** Returns whether there was not enough memory, on the device or in the JVM. */
    static boolean isMemory(Throwable thrown) {
        return DeviceMemoryException.isBehind(thrown);
    }

    /** Returns what is said of it in a line; libtorch's messages go on with the script. */
    static String reason(Throwable thrown) {
        return String.valueOf(thrown.getMessage()).lines().findFirst().filter(line -> !line.equals("null"))
                .orElse(thrown.getClass().getSimpleName());
    }
}
