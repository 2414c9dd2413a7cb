package dev.pathline.standalone.cli;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.NameList;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;
import java.util.Locale;

/** What a network takes beside {@code x}, one number a row, checked against a model's card. */
final class ForwardInputs {

    private static final String NONE = "none";
    private static final int DIGITS = 5;

    private final ModelCard card;
    private final int rows;

    /** Inputs of {@code rows} rows. */
    ForwardInputs(ModelCard card, int rows) {
        this.card = card;
        this.rows = rows;
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
        return card.classes().size();
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
