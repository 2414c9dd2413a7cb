package dev.pathline.trainer.specification;

import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TrainingProgram.AdamW;
import dev.pathline.engine.training.Budget;
import dev.pathline.engine.training.LearningRate;
import dev.pathline.engine.training.LossLimit;
import dev.pathline.engine.training.MovingAverage;
import dev.pathline.trainer.specification.data.DataReader;
import dev.pathline.trainer.specification.data.DataSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.fields.SpecFields;
import dev.pathline.trainer.specification.fields.SpecProblem;
import dev.pathline.trainer.specification.fields.SpecProblems;
import dev.pathline.trainer.specification.fields.SpecRange;
import dev.pathline.trainer.specification.fields.SpecTree;
import dev.pathline.trainer.specification.objective.ObjectiveType;
import dev.pathline.trainer.specification.objective.ObjectiveTypes;
import dev.pathline.trainer.specification.teaching.TeachingReader;
import dev.pathline.trainer.specification.teaching.TeachingSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a {@link TrainingSpec} from the tree of a file, and finds everything that is wrong with it at once. */
final class SpecReader {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final List<String> PROFILES = List.of(NumericProfile.BFLOAT16.name(), NumericProfile.FLOAT32.name(),
            NumericProfile.BFLOAT16_CHANNELS_LAST.name(), NumericProfile.FLOAT32_CHANNELS_LAST.name());
    private static final Set<String> DECIDES_WHAT_IS_SAMPLED = Set.of("data", "network", "objective");
    private static final Set<String> DECIDES_HOW_LONG = Set.of("images", "batch", "optimizer");
    private static final String AVERAGES = "averages";
    private static final String LEARNING_RATE = "learningRate";
    private static final String LOSS_LIMIT = "lossLimit";
    private static final double LARGEST_RATE = 100;
    private static final int LARGEST_BATCH = 65_536;
    private static final int MOST_SAMPLES = 1_000_000;
    /** More than anybody trains on, and exact in every number that is made of it. */
    private static final long MOST_IMAGES = 1_000_000_000_000_000L;
    private static final long LONGEST_MINUTES = 366 * 24 * 60L;
    private static final List<String> STORED = List.of("f16", "bf16", "f32");

    private final SpecFields root;

    private final boolean later;

    private SpecReader(SpecFields root, boolean later) {
        this.root = root;
        this.later = later;
    }

    /**
     * Reads a specification.
     *
     * @throws SpecException with all mistakes, each with its field's name
     */
    static TrainingSpec read(SpecTree tree, TrainingSpec.Source source) {
        if (!tree.root().isObject()) {
            throw new SpecException(source.file() + " is not a training specification: it must be fields with values");
        }
        return tree.root().has(StagesReader.STAGES) ? StagesReader.read(tree, source) : read(tree, source, false);
    }

    /**
     * Reads one stage of a chain, or a specification without stages.
     *
     * @param later whether there is a stage before it
     */
    static TrainingSpec read(SpecTree tree, TrainingSpec.Source source, boolean later) {
        var reader = new SpecReader(SpecFields.of(tree), later);
        TrainingSpec spec = reader.spec(source);
        reader.root.requireNoMistakes(source.file());
        return spec;
    }

    private TrainingSpec spec(TrainingSpec.Source source) {
        String name = root.text("name", null);
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            root.problem("name",
                    "is '" + SpecTree.shortly(name)
                            + "', but names a folder: use up to 64 small letters, digits, '.', '_'"
                            + " and '-', and begin with a letter or a digit");
        }
        if (!NAME.matcher(name).matches()) {
            name = "model";
        }
        String description = root.text("description", "");
        DataSpec data = DataReader.read(root.object("data"));
        TrainingSpec.Task task = new TaskReader(root, data.classes().size()).read();
        TeachingSpec teaching = TeachingReader.read(root, type(task), data.source(), later);
        SpecFields o = root.object("optimizer");
        var rate = new LearningRate(rate(o),
                o.whole("warmupSteps", 0, 0L), o.number("finalShare", SpecRange.SHARE, 0.0));
        var adam = new AdamW(o.number("beta1", SpecRange.DECAY, 0.9), o.number("beta2", SpecRange.DECAY, 0.99),
                o.number("epsilon", SpecRange.POSITIVE, 1e-8), o.number("weightDecay", SpecRange.FROM_ZERO, 0.0),
                o.number("clipNorm", SpecRange.POSITIVE, 1.0));
        o.refuseOthers();
        List<MovingAverage> averages = averages();
        long batch = root.whole("batch", 1, LARGEST_BATCH, null);
        long parts = root.whole("microBatches", 1, 1L);
        if (batch % parts != 0) {
            root.problem("microBatches", "is " + parts + ", which does not divide the batch of " + batch);
        }
        var spec = new TrainingSpec(name, description, data, task, teaching, rate, adam, averages,
                (int) batch, (int) Math.min(parts, LARGEST_BATCH), budget(batch),
                root.whole("seed", Long.MIN_VALUE, 1L), NumericProfile.named(root.word("profile", "bf16", PROFILES)),
                root.whole("snapshotEvery", 1, 500L), root.whole("sheetEvery", 0, 0L), lossLimit(), evaluation(task),
                StoredType.valueOf(root.word("store", "f16", STORED).toUpperCase(Locale.ROOT)),
                DefaultsReader.read(root, task, teaching),
                List.of(), root.settings(), source);
        root.refuseOthers();
        checkBudget(spec);
        // What stands in for a wrong network or objective has other shapes and other solvers.
        if (root.mistakes() < SpecProblems.MOST
                && root.problems().stream().map(SpecProblem::field).noneMatch(SpecReader::decidesWhatIsSampled)) {
            checkSheets(spec);
            DefaultsReader.check(root, spec);
            ObjectiveRules.check(root, spec);
        }
        return spec;
    }

    /** The objective's type; null for a classifier. */
    private @Nullable ObjectiveType type(TrainingSpec.Task task) {
        String word = root.settings().getOrDefault("objective.type", "");
        return task instanceof TrainingSpec.Task.Denoising
                ? ObjectiveTypes.named(word).orElse(null)
                : null;
    }

    private static boolean decidesWhatIsSampled(String field) {
        return DECIDES_WHAT_IS_SAMPLED.contains(field.split("[.\\[]", 2)[0]);
    }

    private void checkSheets(TrainingSpec spec) {
        boolean pictures = spec.task() instanceof TrainingSpec.Task.Denoising denoising
                && denoising.network().shape().size() == 3
                && Set.of(1, 3).contains(denoising.network().shape().getFirst());
        if (spec.sheetEvery() > 0 && !pictures) {
            root.problem("sheetEvery", "is for models of pictures with 1 or 3 channels: give 0, or leave it out");
        }
    }

    /** Larger than this is a slip, and float32 has no smaller one. */
    private static double rate(SpecFields optimizer) {
        int before = optimizer.mistakes();
        double rate = optimizer.number(LEARNING_RATE, SpecRange.POSITIVE, null);
        if (optimizer.mistakes() == before && (rate > LARGEST_RATE || (float) rate == 0)) {
            optimizer.problem(LEARNING_RATE, "is " + rate + ", with which nothing can be trained: give something like"
                    + " 0.001");
        }
        return rate;
    }

    /** What leaves all weights as they were, or asks for something after the end, would do so without a word. */
    private void checkBudget(TrainingSpec spec) {
        long steps = spec.steps();
        if (steps == 0 || root.problems().stream().map(SpecProblem::field).anyMatch(SpecReader::decidesHowLong)) {
            return;
        }
        LearningRate rate = spec.learningRate();
        if (rate.warmupSteps() > steps) {
            root.problem("optimizer.warmupSteps", "is " + rate.warmupSteps() + ", but the run has " + count(steps)
                    + " (images by batch): the rate would never be reached");
        } else if (steps == 1 && rate.at(1, 1) == 0) {
            root.problem("optimizer.finalShare", "is 0, the rate of the last step, and the run has no other:"
                    + " nothing would be trained; give more images, or a finalShare of 1");
        }
        TrainingSpec.Evaluation evaluation = spec.evaluation();
        if (evaluation != null && evaluation.every() > steps) {
            root.problem("evaluation.every", "is " + evaluation.every() + ", but the run has " + count(steps)
                    + ": nothing would be measured");
        }
    }

    private static boolean decidesHowLong(String field) {
        return DECIDES_HOW_LONG.contains(field.split("[.\\[]", 2)[0]);
    }

    private static String count(long steps) {
        return steps == 1 ? "1 step" : steps + " steps";
    }

    /** A multiple of the best loss, or 0 for a loss that is meant to rise. */
    private @Nullable LossLimit lossLimit() {
        if (!root.has(LOSS_LIMIT)) {
            return null;
        }
        double multiple = root.number(LOSS_LIMIT, SpecRange.FROM_ZERO, null);
        if (multiple > 0 && multiple <= 1) {
            root.problem(LOSS_LIMIT,
                    "is " + multiple + ", but a loss is seldom at its best: give a number above 1, such as"
                            + " 8, or 0 for no limit");
        }
        return multiple > 1 ? new LossLimit(multiple) : LossLimit.OFF;
    }

    private TrainingSpec.@Nullable Evaluation evaluation(TrainingSpec.Task task) {
        if (!root.has("evaluation")) {
            return null;
        }
        if (task instanceof TrainingSpec.Task.Classification) {
            root.problem("evaluation", "is for models that are sampled; a classifier is measured on its test images");
        }
        SpecFields fields = root.object("evaluation");
        var evaluation = new TrainingSpec.Evaluation(fields.whole("every", 1, null),
                (int) fields.whole("samples", TrainingSpec.Evaluation.FEWEST, MOST_SAMPLES, 1000L),
                fields.text("classifier", "fashion-classifier"));
        if (!NAME.matcher(evaluation.classifier()).matches()) {
            fields.problem("classifier",
                    "is '" + evaluation.classifier() + "', but names a folder among the classifiers");
        }
        fields.refuseOthers();
        return evaluation;
    }

    /** Images or minutes; images make a run that ends with the same weights wherever and however often it stops. */
    private Budget budget(long batch) {
        if (root.has("minutes")) {
            if (root.has("images")) {
                root.problem("minutes", "is there beside images: give one of them");
            }
            double minutes = root.number("minutes", SpecRange.POSITIVE, null);
            if (minutes > LONGEST_MINUTES) {
                root.problem("minutes", "must be at most " + LONGEST_MINUTES + ", a year, not " + minutes);
                minutes = 1;
            }
            return new Budget.Time(Duration.ofMillis(Math.max(1, Math.round(minutes * 60_000))));
        }
        long steps = Math.ceilDiv(root.whole("images", 1, MOST_IMAGES, null), batch);
        // The last batch is a whole one, so these are the images that are trained on.
        root.settings().put("images", Long.toString(steps * batch));
        return new Budget.Steps(steps);
    }

    private List<MovingAverage> averages() {
        var averages = new ArrayList<MovingAverage>();
        for (SpecFields fields : root.objects(AVERAGES)) {
            averages.add(switch (fields.word("type", null, List.of("constant", "power"))) {
                case "power" -> new MovingAverage.Power(fields.number("width", SpecRange.WIDTH, 0.1));
                default -> new MovingAverage.Constant(fields.number("decay", SpecRange.DECAY, 0.999));
            });
            fields.refuseOthers();
        }
        if (averages.stream().map(MovingAverage::name).distinct().count() < averages.size()) {
            root.problem(AVERAGES, "has an average twice");
        }
        List<MovingAverage> kept = averages.isEmpty() ? List.of(new MovingAverage.Constant(0.999)) : averages;
        // Each is kept by itself: the order only says which is delivered, and may change like the other words about that.
        root.settings().keySet().removeIf(setting -> setting.startsWith(AVERAGES + "["));
        root.settings().put(AVERAGES,
                kept.stream().map(MovingAverage::name).sorted().collect(Collectors.joining(", ")));
        return kept;
    }
}
