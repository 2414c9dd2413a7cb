package dev.pathline.diffusion.card;

import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.ScheduleSpec;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A model's card, {@code pathline.json} in a checkpoint: everything one must know to sample from its network.
 *
 * @param formatVersion the version of this format, {@value #FORMAT_VERSION}
 * @param name the model's name
 * @param version the model's version; empty before it is registered
 * @param description one or two sentences for people
 * @param kind what the network computes
 * @param shape the shape of one sample: {@code [channels, height, width]}, or {@code [dimension]} for vectors
 * @param schedule the noise schedule the network was trained with
 * @param prediction what the network predicts, after preconditioning
 * @param preconditioning how the network is wrapped
 * @param timeInput the network's own time coordinate
 * @param targetInput what the network takes as its second time, for a flow map
 * @param classes the names of the classes in the order of their indices; empty for an unconditional model
 * @param nullClass whether the network has one more class, of index {@code classes.size()}, that means 'no label'
 * @param guidance how guidance is had from the network
 * @param bounded whether the data lie in [-1, 1], so that predictions of them may be clipped to it
 * @param defaults the settings to use where a request gives none
 * @param training where the weights come from
 * @param parameters the number of parameters of the network, 0 if unknown
 * @param weightsSha256 the SHA-256 of the weights' file in hexadecimal; empty if unknown
 * @param metrics measured quality by name
 */
public record ModelCard(
        int formatVersion,
        String name,
        String version,
        String description,
        ModelKind kind,
        List<Integer> shape,
        ScheduleSpec schedule,
        Prediction prediction,
        Preconditioning preconditioning,
        TimeInput timeInput,
        TargetInput targetInput,
        List<String> classes,
        boolean nullClass,
        ModelGuidance guidance,
        boolean bounded,
        SamplingDefaults defaults,
        TrainingInfo training,
        long parameters,
        String weightsSha256,
        Map<String, Double> metrics) {

    /** The version of the format that this code writes. */
    public static final int FORMAT_VERSION = 1;

    /** More digits are no index of anything. */
    private static final int MAX_INDEX_LENGTH = 9;
    /** Longer names are cut in messages. */
    private static final int MAX_SHOWN = 64;

    /**
     * Takes copies and checks that the parts fit together.
     *
     * @throws IllegalArgumentException if they do not; the message names the field
     */
    public ModelCard {
        shape = List.copyOf(shape);
        classes = List.copyOf(classes);
        metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
        CardChecks.check(name, kind, shape, schedule, prediction, preconditioning, timeInput, targetInput, classes,
                parameters);
        CardChecks.check(guidance, schedule, defaults);
    }

    /** Returns a card of an unconditional model without preconditioning, to be completed by the {@code with} methods. */
    public static ModelCard of(
            String name, ModelKind kind, List<Integer> shape, ScheduleSpec schedule, Prediction prediction) {
        return new ModelCard(FORMAT_VERSION, name, "", "", kind, shape, schedule, prediction, Preconditioning.NONE,
                TimeInput.IDENTITY, TargetInput.TIME, List.of(), false,
                ModelGuidance.CLASSIFIER_FREE, isPicture(shape), SamplingDefaults.of(kind),
                TrainingInfo.UNKNOWN,
                0, "", Map.of());
    }

    /** Returns the noise schedule. */
    public NoiseSchedule noiseSchedule() {
        return NoiseSchedules.of(schedule);
    }

    /**
     * Returns whether samples of a shape are pictures, grey or in colours: those lie in [-1, 1] unless a card says something
     * else. Of vectors and of latents nobody knows.
     */
    static boolean isPicture(List<Integer> shape) {
        return shape.size() == 3 && (shape.getFirst() == 1 || shape.getFirst() == 3);
    }

    /** Returns whether a sample is a picture, grey or in colours: {@code [1 or 3, height, width]}. */
    public boolean isPicture() {
        return isPicture(shape);
    }

    /** Returns the number of elements of one sample. */
    public int dimension() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    /** Returns whether the model takes a label. */
    public boolean conditional() {
        return !classes.isEmpty();
    }

    /**
     * Returns the index of a class as a person writes it where there is nothing but text: an integer is an index, anything
     * else is a name; what is in quotation marks is a name whatever it is.
     *
     * @throws InvalidSettingException for {@code label}, if there is no such class; the message lists the classes
     */
    public int labelIndex(String written) {
        String text = written.strip();
        if (text.length() > 2 && text.startsWith("\"") && text.endsWith("\"")) {
            return labelNamed(text.substring(1, text.length() - 1));
        }
        if (!text.matches("-?\\d+")) {
            return labelNamed(text);
        }
        if (text.length() > MAX_INDEX_LENGTH) {
            throw noSuchClass(text);
        }
        return labelAt(Integer.parseInt(text));
    }

    /**
     * Returns the index of the class of a name, in any case.
     *
     * @throws InvalidSettingException for {@code label}, if there is no such class; the message lists the classes
     */
    public int labelNamed(String name) {
        String wanted = name.strip();
        for (int i = 0; i < classes.size(); i++) {
            if (classes.get(i).toLowerCase(Locale.ROOT).equals(wanted.toLowerCase(Locale.ROOT))) {
                return i;
            }
        }
        throw noSuchClass("'" + (wanted.length() > MAX_SHOWN ? wanted.substring(0, MAX_SHOWN) + "..." : wanted) + "'"
                + Spelling.guess(wanted, classes));
    }

    /**
     * Returns the index of the class that a prompt names: {@code class:NAME}, a class's name or an index as {@link #labelIndex} reads them, or a
     * text in which the name of one class stands as words of its own. Of names that contain each other the longest counts.
     *
     * @throws InvalidSettingException for {@code prompt}, if it names no class, or several
     */
    public int labelIn(String prompt) {
        String text = prompt.strip().replaceFirst("(?i)^class:\\s*", "");
        try {
            return labelIndex(text);
        } catch (InvalidSettingException e) {
            String rest = text.toLowerCase(Locale.ROOT);
            int found = -1;
            for (String name : classes.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList()) {
                String words = "(?<![\\p{L}\\p{N}])" + Pattern.quote(name.toLowerCase(Locale.ROOT))
                        + "(?![\\p{L}\\p{N}])";
                String without = rest.replaceAll(words, " ");
                if (!without.equals(rest)) {
                    if (found >= 0) {
                        throw new InvalidSettingException("prompt",
                                "The prompt names several classes: " + classes.get(found)
                                        + " and " + name + ". Model '" + this.name + "' makes one at a time.");
                    }
                    found = classes.indexOf(name);
                    rest = without;
                }
            }
            if (found < 0) {
                throw new InvalidSettingException("prompt", "Model '" + this.name
                        + "' knows no prompts but the names of its classes, "
                        + NameList.of(classes) + ", alone or in a sentence.");
            }
            return found;
        }
    }

    /**
     * Returns an index that the model has a class for.
     *
     * @throws InvalidSettingException for {@code label}, if there is no such class; the message lists the classes
     */
    public int labelAt(int index) {
        if (index < 0 || index >= classes.size()) {
            throw noSuchClass(Integer.toString(index));
        }
        return index;
    }

    private InvalidSettingException noSuchClass(String shown) {
        return new InvalidSettingException("label", conditional()
                ? "Model '" + name + "' has no class " + shown + "; its classes are " + NameList.of(classes)
                        + ", or an index from 0 to " + (classes.size() - 1) + " as a number"
                        + (classes.contains(shown) ? "; in quotation marks, \"" + shown + "\" is a class's name." : ".")
                : "Model '" + name + "' is unconditional and takes no label.");
    }

    /** Returns the index of the class that means 'no label', if the network has one. */
    public OptionalInt nullLabel() {
        return nullClass ? OptionalInt.of(classes.size()) : OptionalInt.empty();
    }

    /**
     * Returns the index of the class that means 'no label'; of no meaning for an unconditional model.
     *
     * @throws InvalidSettingException for {@code label}, if the model has classes but none that means that
     */
    public int unlabelledIndex() {
        if (conditional() && !nullClass) {
            throw new InvalidSettingException("label", "Model '" + name
                    + "' has no class that means 'no label'; give one of its classes, " + NameList.of(classes)
                    + ", or an index from 0 to " + (classes.size() - 1) + ".");
        }
        return nullLabel().orElse(0);
    }

    /** Returns this card with another version. */
    public ModelCard withVersion(String value) {
        return new ModelCard(formatVersion, name, value, description, kind, shape, schedule, prediction,
                preconditioning,
                timeInput, targetInput, classes, nullClass, guidance, bounded, defaults, training, parameters,
                weightsSha256,
                metrics);
    }

    /** Returns this card with another description. */
    public ModelCard withDescription(String value) {
        return new ModelCard(formatVersion, name, version, value, kind, shape, schedule, prediction, preconditioning,
                timeInput, targetInput, classes, nullClass, guidance, bounded, defaults, training, parameters,
                weightsSha256,
                metrics);
    }

    /** Returns this card with another preconditioning and time input. */
    public ModelCard withNetworkInput(Preconditioning wrapping, TimeInput time) {
        return new ModelCard(formatVersion, name, version, description, kind, shape, schedule, prediction, wrapping,
                time, targetInput, classes, nullClass, guidance, bounded, defaults, training, parameters, weightsSha256,
                metrics);
    }

    /** Returns this card with another second time input. */
    public ModelCard withTargetInput(TargetInput value) {
        return new ModelCard(formatVersion, name, version, description, kind, shape, schedule, prediction,
                preconditioning, timeInput, value, classes, nullClass, guidance, bounded, defaults, training,
                parameters,
                weightsSha256,
                metrics);
    }

    /** Returns this card with other classes. */
    public ModelCard withClasses(List<String> names, boolean withNullClass) {
        return new ModelCard(formatVersion, name, version, description, kind, shape, schedule, prediction,
                preconditioning, timeInput, targetInput, names, withNullClass, guidance, bounded, defaults, training,
                parameters,
                weightsSha256,
                metrics);
    }

    /** Returns this card with guidance that is had in another way; the default scale becomes the nearest that there is. */
    public ModelCard withGuidance(ModelGuidance value) {
        return new ModelCard(formatVersion, name, version, description, kind, shape, schedule, prediction,
                preconditioning, timeInput, targetInput, classes, nullClass, value, bounded, defaults.fitting(value),
                training, parameters, weightsSha256, metrics);
    }

    /** Returns this card of data that lie in [-1, 1], or of data that may not. */
    public ModelCard withBounded(boolean value) {
        return new ModelCard(formatVersion, name, version, description, kind, shape, schedule, prediction,
                preconditioning, timeInput, targetInput, classes, nullClass, guidance, value, defaults, training,
                parameters,
                weightsSha256, metrics);
    }

    /** Returns this card with other defaults. */
    public ModelCard withDefaults(SamplingDefaults value) {
        return new ModelCard(formatVersion, name, version, description, kind, shape, schedule, prediction,
                preconditioning, timeInput, targetInput, classes, nullClass, guidance, bounded, value, training,
                parameters,
                weightsSha256,
                metrics);
    }

    /** Returns this card with another origin. */
    public ModelCard withTraining(TrainingInfo value) {
        return new ModelCard(formatVersion, name, version, description, kind, shape, schedule, prediction,
                preconditioning, timeInput, targetInput, classes, nullClass, guidance, bounded, defaults, value,
                parameters,
                weightsSha256,
                metrics);
    }

    /** Returns this card with other weights. */
    public ModelCard withWeights(long count, String sha256) {
        return new ModelCard(formatVersion, name, version, description, kind, shape, schedule, prediction,
                preconditioning, timeInput, targetInput, classes, nullClass, guidance, bounded, defaults, training,
                count, sha256,
                metrics);
    }

    /** Returns this card with other metrics. */
    public ModelCard withMetrics(Map<String, Double> value) {
        return new ModelCard(formatVersion, name, version, description, kind, shape, schedule, prediction,
                preconditioning, timeInput, targetInput, classes, nullClass, guidance, bounded, defaults, training,
                parameters,
                weightsSha256, value);
    }
}
