package dev.pathline.api.generate;

import dev.pathline.common.error.FieldError;
import dev.pathline.common.port.ModelProfile;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the numeric profile that a request asks for against what the live workers compute the model in. While none of them
 * knows the model nothing is refused here: a worker that cannot compute it fails the job.
 */
final class ProfileCheck {

    private final WorkerLiveness workers;

    ProfileCheck(WorkerLiveness workers) {
        this.workers = workers;
    }

    /**
     * Returns what is wrong with the terms; empty if nothing is.
     *
     * @param model {@code name@version}
     */
    List<FieldError> errors(String model, JobTerms terms) {
        String wanted = terms.profile();
        if (wanted == null) {
            return List.of();
        }
        Map<String, Precision> choices = new LinkedHashMap<>();
        for (ModelProfile profile : workers.profiles(model)) {
            choices.putAll(profile.choices());
        }
        if (choices.isEmpty()) {
            return List.of();
        }
        Precision precision = choices.get(wanted);
        if (precision == null) {
            return List.of(new FieldError("profile", "No worker computes " + model + " in profile '" + wanted
                    + "'; choose one of " + String.join(", ", choices.keySet()) + ", or leave it out."));
        }
        if (terms.precision() != Precision.AUTO && terms.precision() != precision) {
            return List.of(new FieldError("precision", "Profile '" + wanted + "' computes in " + precision.wire()
                    + ", not in " + terms.precision().wire() + "; leave precision out, or ask for another profile."));
        }
        return List.of();
    }
}
