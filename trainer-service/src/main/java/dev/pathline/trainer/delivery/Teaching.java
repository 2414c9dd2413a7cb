package dev.pathline.trainer.delivery;

import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.NameList;
import dev.pathline.diffusion.card.TrainingInfo;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.engine.checkpoint.ModelIdentity;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.source.DataSource;
import dev.pathline.engine.data.trajectory.TrajectoryFacts;
import dev.pathline.engine.data.trajectory.TrajectoryFolder;
import dev.pathline.trainer.specification.teaching.TeachingSpec.TrajectoriesSpec;
import java.nio.file.Path;
import dev.pathline.engine.objective.ObjectiveFacts.TeacherFacts;
import dev.pathline.engine.objective.Source;
import dev.pathline.engine.training.StartWeights;
import dev.pathline.engine.training.Teacher;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.fields.SpecProblem;
import dev.pathline.trainer.specification.objective.ObjectiveSpec;
import dev.pathline.trainer.specification.teaching.TeachingSpec;
import dev.pathline.trainer.specification.teaching.TeachingSpec.TeacherSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The finished models that a run begins from and learns from, opened. A run knows them by content: by the hash of their weights
 * and of what their cards say of sampling, whatever they are called.
 */
public final class Teaching {

    private final TrainingSpec spec;
    private final @Nullable Opened start;
    private final @Nullable Opened teacher;

    /** A model that has been read. */
    private record Opened(ModelIdentity identity, Checkpoint checkpoint) {}

    private Teaching(TrainingSpec spec, @Nullable Opened start, @Nullable Opened teacher) {
        this.spec = spec;
        this.start = start;
        this.teacher = teacher;
    }

    /**
     * Opens the models of a specification.
     *
     * @throws SpecException if there is no such model, it cannot be read, or it does not fit; the message names the field
     */
    public static Teaching open(TrainingSpec spec, ModelRegistry models) {
        return open(spec, models, null);
    }

    /**
     * Opens the models of a specification.
     *
     * @param previous what the stage before this one ended with, from which this one begins; null for one that has none before
     * @throws SpecException if there is no such model, it cannot be read, or it does not fit; the message names the field
     */
    public static Teaching open(TrainingSpec spec, ModelRegistry models, @Nullable Checkpoint previous) {
        String start = spec.teaching().start();
        TeacherSpec teacher = spec.teaching().teacher();
        Opened before = previous == null
                ? null
                : new Opened(ModelIdentity.of("the stage before", previous), previous);
        Opened taught = null;
        if (teacher != null) {
            taught = before != null && teacher.model().equals(TeachingSpec.PREVIOUS)
                    ? before
                    : opened(spec, models, "teacher.model", teacher.model());
        }
        var teaching = new Teaching(spec,
                before == null && start != null ? opened(spec, models, "start.model", start) : before, taught);
        teaching.requireFit();
        return teaching;
    }

    private static Opened opened(TrainingSpec spec, ModelRegistry models, String field, String reference) {
        RegisteredModel model = models.resolve(reference).orElseThrow(() -> {
            String known = NameList.of(models.list().stream().map(RegisteredModel::reference).toList());
            return refusal(spec, field, "is '" + reference + "', but there is no such model here"
                    + (known.isEmpty() ? "" : "; there are " + known), null);
        });
        try {
            Checkpoint checkpoint = models.read(model, Checkpoint::read);
            return new Opened(ModelIdentity.of(model.reference(), checkpoint), checkpoint);
        } catch (CheckpointException | IllegalStateException e) {
            throw refusal(spec, field, "cannot be read: " + e.getMessage(), e);
        }
    }

    private static SpecException refusal(TrainingSpec spec, String field, String what, @Nullable Exception cause) {
        SpecException refused = SpecException.of(spec.source().file(), List.of(new SpecProblem(field, what)));
        if (cause != null) {
            refused.addSuppressed(cause);
        }
        return refused;
    }

    /** What the models must have in common with the network, beside what the objective itself wants. */
    private void requireFit() {
        if (!(spec.task() instanceof TrainingSpec.Task.Denoising task)) {
            return;
        }
        if (teacher != null) {
            ModelCard card = teacher.checkpoint().card();
            if (!card.shape().equals(task.network().shape())) {
                throw refusal(spec, "teacher.model", "makes samples of shape " + card.shape() + ", the network of "
                        + task.network().shape(), null);
            }
            if (card.conditional() && !card.classes().equals(spec.data().classes())) {
                throw refusal(spec, "teacher.model",
                        "has the classes " + NameList.of(card.classes()) + ", data.classes "
                                + (spec.data().classes().isEmpty() ? "none" : NameList.of(spec.data().classes())),
                        null);
            }
            boolean evaluated = fits(task);
            if (evaluated && task.labelDropout() > 0 && card.conditional() && !card.nullClass()) {
                throw refusal(spec, "objective.labelDropout", "is " + task.labelDropout() + ", but the teacher "
                        + teacher.identity().model() + " was trained without a null class: set it to 0", null);
            }
            if (evaluated && teacher.checkpoint().network().module().isPresent()) {
                throw refusal(spec, "teacher.model", "is a module of another program, which no training can call",
                        null);
            }
        }
        StartWeights weights = start();
        if (weights != null) {
            try {
                weights.requireFit(task.network().training(spec.data().augmentation().labels()).parameters(),
                        task.network().config().build().parameters());
            } catch (IllegalArgumentException e) {
                throw refusal(spec, "start.model", "is none that the network can begin from: " + e.getMessage(), e);
            }
        }
    }

    /** Returns whether the objective evaluates the teacher, once it is known that they fit each other. */
    private boolean fits(TrainingSpec.Task.Denoising task) {
        try {
            return evaluated(task);
        } catch (IllegalArgumentException e) {
            throw refusal(spec, "objective", "does not work with this teacher: " + e.getMessage(), e);
        }
    }

    private boolean evaluated(TrainingSpec.Task.Denoising task) {
        return task.objective().objective(known(ObjectiveSpec.TYPICAL_SIGMA_DATA, spec.steps())).recipe()
                .evaluates(Source.TEACHER);
    }

    /** Returns the weights that the run begins from, or null for new ones. */
    public @Nullable StartWeights start() {
        return start == null ? null : new StartWeights(start.identity().model(), start.checkpoint().weights());
    }

    /** Returns the teacher that the training evaluates, or null where the objective evaluates none. */
    public @Nullable Teacher evaluated() {
        return teacher != null && spec.task() instanceof TrainingSpec.Task.Denoising task && evaluated(task)
                ? new Teacher(teacher.checkpoint().network(), teacher.checkpoint().weights())
                : null;
    }

    /** Returns what an objective is made of. */
    public ObjectiveSpec.Known known(double sigmaData, long steps) {
        TeacherSpec said = spec.teaching().teacher();
        return new ObjectiveSpec.Known(sigmaData, steps, teacher == null || said == null
                ? given().map(Teaching::ofTrajectories).orElse(null)
                : new TeacherFacts(teacher.checkpoint().card(), said.cfgScale(), said.cfgInterval()));
    }

    /** The facts of trajectories that there are, if those are trained on and can be read. */
    private Optional<TrajectoryFacts> given() {
        String path = spec.teaching().trajectories() instanceof TrajectoriesSpec.Given(String folder)
                ? folder
                : spec.data().source() instanceof DataSource.Trajectories data ? data.path() : null;
        try {
            return Optional.ofNullable(path).map(Path::of).map(TrajectoryFolder::facts);
        } catch (DataException e) {
            // What is wrong with it is said where it is opened.
            return Optional.empty();
        }
    }

    /** What a student has to know of the teacher of such trajectories: how they were guided. */
    private static TeacherFacts ofTrajectories(TrajectoryFacts facts) {
        ModelCard card = ModelCard.of("teacher", ModelKind.DIFFUSION, facts.shape(), facts.schedule(),
                Prediction.VELOCITY);
        return new TeacherFacts(facts.classes().isEmpty() ? card : card.withClasses(facts.classes(), true),
                facts.solve().cfgScale(), facts.solve().cfgInterval());
    }

    /** Returns the teacher's checkpoint, if there is one. */
    public Optional<Checkpoint> teacher() {
        return Optional.ofNullable(teacher).map(Opened::checkpoint);
    }

    /**
     * Returns the teacher's identity.
     *
     * @throws NullPointerException if there is no teacher
     */
    public ModelIdentity teacherIdentity() {
        return Objects.requireNonNull(teacher, "a teacher").identity();
    }

    /** Returns what of the models decides the run's weights, by name. */
    public SortedMap<String, String> identity() {
        var settings = new TreeMap<String, String>();
        if (start != null) {
            settings.put("start.weights", start.identity().weightsSha256());
        }
        TeacherSpec said = spec.teaching().teacher();
        if (teacher != null && said != null) {
            settings.putAll(Map.of("teacher.weights", teacher.identity().weightsSha256(), "teacher.card",
                    teacher.identity().cardSha256(), "teacher.cfgScale", Double.toString(said.cfgScale()),
                    "teacher.cfgInterval", "[" + said.cfgInterval().low() + ", " + said.cfgInterval().high() + "]"));
        }
        return settings;
    }

    /**
     * Returns an origin with the method and the teacher. A stage that has no teacher but the one before it has that one's: the
     * model that the chain was distilled from.
     */
    public TrainingInfo origin(TrainingInfo origin) {
        String method = spec.settings().getOrDefault("objective.type", "");
        TeacherSpec said = spec.teaching().teacher();
        if (teacher != null && said != null && !said.model().equals(TeachingSpec.PREVIOUS)) {
            return origin.withTeaching(method, teacher.identity().model(), teacher.identity().weightsSha256());
        }
        Optional<ModelIdentity> solved = given().map(TrajectoryFacts::teacher);
        if (solved.isPresent()) {
            return origin.withTeaching(method, solved.get().model(), solved.get().weightsSha256());
        }
        TrainingInfo before = start == null ? TrainingInfo.UNKNOWN : start.checkpoint().card().training();
        return spec.teaching().start() == null
                ? origin.withTeaching(method, before.teacher(), before.teacherSha256())
                : origin.withTeaching(method, "", "");
    }
}
