package dev.pathline.engine.data.augment;

import java.util.random.RandomGenerator;

/**
 * The parameters of one image's transforms. A parameter is drawn whether it is used or not, and is zero when chance says
 * that its transform is not done: so what is drawn for one transform does not depend on another one's chance.
 */
final class Draws {

    private final RandomGenerator random;
    private final PipelineSettings settings;
    private final float[] labels;
    private int at;

    Draws(RandomGenerator random, PipelineSettings settings, float[] labels, int offset) {
        this.random = random;
        this.settings = settings;
        this.labels = labels;
        this.at = offset;
    }

    /** Writes what the network is told of a transform. */
    void tell(double... numbers) {
        for (double number : numbers) {
            // Adding 0 makes a negative zero a plain one.
            labels[at++] = (float) number + 0f;
        }
    }

    /** Does something every other time that a transform's chance comes, and tells of it. */
    boolean flag(Transform transform, Runnable action) {
        if (!settings.on(transform)) {
            return false;
        }
        boolean value = random.nextBoolean();
        boolean done = gate(transform) && value;
        if (done) {
            action.run();
        }
        tell(done ? 1 : 0);
        return done;
    }

    /** Returns 0 to 3 quarter turns, and tells of them. */
    int quarters() {
        int value = random.nextInt(4);
        int turns = gate(Transform.QUARTER_TURN) ? value : 0;
        tell(turns == 1 || turns == 2 ? 1 : 0, turns >= 2 ? 1 : 0);
        return turns;
    }

    double normal(Transform transform) {
        double value = random.nextGaussian();
        return gate(transform) ? value : 0;
    }

    double[] normalPair(Transform transform) {
        return gated(transform, random.nextGaussian(), random.nextGaussian());
    }

    /** Returns two numbers in [-1, 1). */
    double[] uniformPair(Transform transform) {
        return gated(transform, random.nextDouble() * 2 - 1, random.nextDouble() * 2 - 1);
    }

    double angle(Transform transform) {
        double value = anyAngle();
        return gate(transform) ? value : 0;
    }

    double anyAngle() {
        return (random.nextDouble() * 2 - 1) * Math.PI;
    }

    boolean half() {
        return random.nextDouble() < 0.5;
    }

    private double[] gated(Transform transform, double first, double second) {
        return gate(transform) ? new double[]{first, second} : new double[2];
    }

    private boolean gate(Transform transform) {
        return random.nextDouble() < settings.chance(transform);
    }
}
