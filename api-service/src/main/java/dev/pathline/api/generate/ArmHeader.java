package dev.pathline.api.generate;

import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.job.JobRecord;
import org.springframework.http.ResponseEntity;

/** In which arm of which experiment an answer was made. */
public final class ArmHeader {

    private static final String NAME = "Pathline-Arm";

    private ArmHeader() {}

    /** Says it, of a job that has an arm. */
    public static ResponseEntity.BodyBuilder said(ResponseEntity.BodyBuilder answer, JobRecord job) {
        ArmOf arm = job.request().arm();
        return arm == null ? answer : answer.header(NAME, arm.reference());
    }
}
