package dev.pathline.standalone.cli;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.NameList;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.InputTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a network takes beside {@code x}, checked against a model's card and what the network declares. */
final class ForwardInputs {

    private static final String NONE = "none";
    private static final int DIGITS = 5;

    /** What has an option of its own. */
    private static final Set<Op.Input> OF_OPTIONS = Set.of(new Op.Input(InputNames.TIME, Op.Input.Kind.TIME),
            new Op.Input(InputNames.TARGET, Op.Input.Kind.TIME), new Op.Input(InputNames.LABEL, Op.Input.Kind.LABEL));

    private final ModelCard card;
    private final Map<String, Op.Input.Kind> others = new LinkedHashMap<>();
    private final int rows;

    /** Inputs of {@code rows} rows. */
    ForwardInputs(ModelCard card, Network network, int rows) {
        this.card = card;
        this.rows = rows;
        for (Value value : network.inputs()) {
            Op.Input input = (Op.Input) value.op();
            if (!OF_OPTIONS.contains(input) && !input.name().equals(InputNames.X)) {
                others.put(input.name(), input.kind());
            }
        }
    }

    /**
     * Returns all inputs.
     *
     * @param given what the network takes that has no option of its own, by its name: numbers, or a NumPy file
     * @throws IllegalArgumentException if one is missing or wrong, or the network does not take it
     */
    InputTable table(float[] x, List<Double> times, List<Double> targets, List<String> labels,
            Map<String, String> given) throws IOException {
        InputTable table = InputTable.of(rows).with(InputNames.X, x).with(InputNames.TIME, times(times))
                .with(InputNames.TARGET, targets(targets)).with(InputNames.LABEL, labels(labels));
        for (String name : given.keySet()) {
            if (!others.containsKey(name)) {
                throw new IllegalArgumentException("--input " + name + ": the network of " + card.name()
                        + (others.isEmpty()
                                ? " takes no such input, leave it out"
                                : " takes only " + NameList.of(others.keySet())));
            }
        }
        for (String name : others.keySet()) {
            String text = given.get(name);
            if (text == null) {
                throw new IllegalArgumentException("--input " + name + "=... is missing: the network of " + card.name()
                        + " takes it");
            }
            table = text.endsWith(SampleFile.NUMBERS)
                    ? table.with(name, GivenNumbers.read(Path.of(text)).values())
                    : table.with(name, perRow("--input " + name, numbers(name, text)));
        }
        return table;
    }

    private static List<Double> numbers(String name, String text) {
        try {
            return Arrays.stream(text.split(",", -1)).map(String::strip).map(Double::valueOf).toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "--input " + name + " must be numbers separated by commas, or a file that ends in .npy, not '"
                            + text + "'",
                    e);
        }
    }

    /**
     * Returns the network's time of each row.
     *
     * @throws IllegalArgumentException if there is none, or neither one nor one a row
     */
    float[] times(List<Double> given) {
        if (given.isEmpty()) {
            throw new IllegalArgumentException(
                    "--time is missing: the network's own time, with which " + card.name() + " is sampled " + range());
        }
        return perRow("--time", given);
    }

    /**
     * Returns the network's second time of each row.
     *
     * @throws IllegalArgumentException if a flow map has none, or another model has one
     */
    float[] targets(List<Double> given) {
        boolean flowMap = card.kind() == ModelKind.FLOW_MAP;
        if (flowMap && given.isEmpty()) {
            throw new IllegalArgumentException("--to is missing: the second time that the network of a flow map takes,"
                    + " which for " + card.name() + " is the jump's "
                    + switch (card.targetInput()) {
                        case TIME -> "end";
                        case LENGTH -> "length";
                        case LEVEL -> "level, 0 to 7";
                    });
        }
        if (!flowMap && !given.isEmpty()) {
            throw new IllegalArgumentException(
                    card.name() + " is no flow map: its network has no second time, leave --to out");
        }
        return flowMap ? perRow("--to", given) : new float[rows];
    }

    /**
     * Returns the class of each row.
     *
     * @throws IllegalArgumentException if there is no such class, or neither one nor one a row
     */
    long[] labels(List<String> given) {
        List<String> wanted = given.isEmpty() ? List.of(NONE) : given;
        requireCount("--label", wanted);
        long[] labels = new long[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = label(wanted.get(wanted.size() == 1 ? 0 : i));
        }
        return labels;
    }

    private long label(String text) {
        if (!text.strip().toLowerCase(Locale.ROOT).equals(NONE)) {
            return card.labelIndex(text);
        }
        if (card.conditional() && !card.nullClass()) {
            throw new IllegalArgumentException(card.name() + " knows no row without a class: give --label, one of "
                    + NameList.of(card.classes()));
        }
        return card.unlabelledIndex();
    }

    private float[] perRow(String option, List<Double> given) {
        requireCount(option, given);
        float[] values = new float[rows];
        for (int i = 0; i < rows; i++) {
            values[i] = given.get(given.size() == 1 ? 0 : i).floatValue();
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(option + " must be finite, not " + values[i]);
            }
        }
        return values;
    }

    private void requireCount(String option, List<?> given) {
        if (given.size() != 1 && given.size() != rows) {
            throw new IllegalArgumentException(option + " must be one, or one a row (" + rows + "), not "
                    + given.size());
        }
    }

    /** Returns between which of the network's times the model is sampled. */
    String range() {
        NoiseSchedule schedule = card.noiseSchedule();
        return "from " + Digits.of(card.timeInput().of(schedule, schedule.maxTime()), DIGITS) + " (noise) to "
                + Digits.of(card.timeInput().of(schedule, schedule.minTime()), DIGITS) + " (data)";
    }
}
