package dev.pathline.common.model;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.TrainingInfo;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a model comes from; a text is empty where that is not known.
 *
 * @param run the training run's id
 * @param data the training data, for people
 * @param dataSha256 the hash of the training data
 * @param specification the training specification itself, as it was given
 * @param commit the commit of the code that trained
 * @param teacher the model that this one was distilled from, {@code name@version}
 * @param teacherSha256 the hash of that model's weights
 * @param method what was trained on: the objective's word
 * @param metrics what was measured, by name
 */
public record Lineage(
        String run,
        String data,
        String dataSha256,
        String specification,
        String commit,
        String teacher,
        String teacherSha256,
        String method,
        Map<String, Double> metrics) {

    /** Copies the metrics; what a file leaves out is not known. */
    public Lineage {
        run = known(run);
        data = known(data);
        dataSha256 = known(dataSha256);
        specification = known(specification);
        commit = known(commit);
        teacher = known(teacher);
        teacherSha256 = known(teacherSha256);
        method = known(method);
        metrics = Collections.unmodifiableMap(new TreeMap<>(Objects.requireNonNullElse(metrics, Map.of())));
    }

    /** What a card says of its model's origin. */
    public static Lineage of(ModelCard card) {
        TrainingInfo training = card.training();
        return new Lineage(training.run(), training.data(), "", training.spec(), training.gitCommit(),
                training.teacher(), training.teacherSha256(), training.method(), card.metrics());
    }

    private static String known(@Nullable String text) {
        return text == null ? "" : text;
    }
}
