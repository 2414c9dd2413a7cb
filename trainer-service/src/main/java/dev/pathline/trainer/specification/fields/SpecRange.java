package dev.pathline.trainer.specification.fields;

/** The ranges of a specification's numbers. */
public enum SpecRange {
    /** Any number. */
    ANY("that is finite", 0) {
        @Override
        boolean accepts(double value) {
            return true;
        }
    },
    /** {@code > 0}. */
    POSITIVE("above 0", 1) {
        @Override
        boolean accepts(double value) {
            return value > 0;
        }
    },
    /** {@code >= 0}. */
    FROM_ZERO("from 0 on", 0) {
        @Override
        boolean accepts(double value) {
            return value >= 0;
        }
    },
    /** {@code [0, 1]}. */
    SHARE("from 0 to 1", 0) {
        @Override
        boolean accepts(double value) {
            return value >= 0 && value <= 1;
        }
    },
    /** {@code (0, 0.28]}, of a power average. */
    WIDTH("above 0 and up to 0.28", 0.1) {
        @Override
        boolean accepts(double value) {
            return value > 0 && value <= 0.28;
        }
    },
    /** {@code [0, 1)}. */
    DECAY("from 0 to below 1", 0) {
        @Override
        boolean accepts(double value) {
            return value >= 0 && value < 1;
        }
    };

    private final String words;
    private final double example;

    SpecRange(String words, double example) {
        this.words = words;
        this.example = example;
    }

    abstract boolean accepts(double value);

    /** Whether a finite number lies in the range. */
    public boolean contains(double value) {
        return Double.isFinite(value) && accepts(value);
    }

    /** The range as words that follow "a number". */
    public String words() {
        return words;
    }

    /** A number of the range. */
    public double example() {
        return example;
    }
}
