package dev.pathline.api.experiments.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Simulated experiments, looked at twenty times each. */
class AnytimeTestTest {

    private static final int EXPERIMENTS = 3000;
    private static final int LOOKS = 20;
    private static final double ALPHA = 0.05;

    /** Returns in how many of some experiments a difference is found at any look. */
    private static double found(long planned, double difference, long seed) {
        var random = new SplittableRandom(seed);
        var test = new AnytimeTest(ALPHA, planned);
        int found = 0;
        for (int i = 0; i < EXPERIMENTS; i++) {
            Moments first = Moments.NONE;
            Moments second = Moments.NONE;
            boolean differs = false;
            for (int look = 1; look <= LOOKS && !differs; look++) {
                while (first.count() + second.count() < planned * look / LOOKS) {
                    first = first.and(new Moments(1, random.nextGaussian(), 0));
                    second = second.and(new Moments(1, random.nextGaussian() + difference, 0));
                }
                differs = test.ofMeans(first, second).excludes(0);
            }
            found += differs ? 1 : 0;
        }
        return (double) found / EXPERIMENTS;
    }

    @Test
    void shouldFindNothingWhereNothingIsHoweverOftenOneLooks() {
        double error = Math.sqrt(ALPHA * (1 - ALPHA) / EXPERIMENTS);
        assertThat(found(800, 0, 1)).isLessThan(ALPHA + 2 * error);
        // A test of one look, looked at twenty times, would be wrong several times as often: the simulation sees it.
        assertThat(onceLookedAtOften(2)).isGreaterThan(3 * ALPHA);
    }

    private static double onceLookedAtOften(long seed) {
        var random = new SplittableRandom(seed);
        int found = 0;
        for (int i = 0; i < EXPERIMENTS; i++) {
            Moments first = Moments.NONE;
            Moments second = Moments.NONE;
            boolean differs = false;
            for (int look = 1; look <= LOOKS && !differs; look++) {
                for (int k = 0; k < 20; k++) {
                    first = first.and(new Moments(1, random.nextGaussian(), 0));
                    second = second.and(new Moments(1, random.nextGaussian(), 0));
                }
                differs = Differences.ofMeans(first, second, 1 - ALPHA).excludes(0);
            }
            found += differs ? 1 : 0;
        }
        return (double) found / EXPERIMENTS;
    }

    @Test
    void shouldFindWhatWasPlannedWithThePowerThatWasPlanned() {
        double difference = 0.25;
        long planned = Power.observations(difference, 1, 0.5, ALPHA, 0.8);
        double error = Math.sqrt(0.8 * 0.2 / EXPERIMENTS);
        // Between twenty looks it is not looked, and finds a little less than with endlessly many.
        assertThat(found(planned, difference, 3)).isBetween(0.8 - 0.02 - 3 * error, 0.8 + 0.02 + 3 * error);
        long once = (long) Math.ceil(4 * Math.pow(1.959964 + 0.841621, 2) / (difference * difference));
        assertThat((double) planned / once).as("the price of looking at any time").isBetween(1.0, 1.3);
    }

    /** No end is planned, and it is looked at after every tenth observation, from twenty on. */
    @Test
    void shouldSeldomSeeHarmWhereNoneIsAndSoonWhereItIs() {
        double error = Math.sqrt(ALPHA * (1 - ALPHA) / EXPERIMENTS);
        long[] none = seen(0.9, 0.9, 4);
        assertThat(none.length / (double) EXPERIMENTS).isLessThan(ALPHA + 2 * error);
        long[] harm = seen(0.9, 0.7, 5);
        assertThat(harm.length / (double) EXPERIMENTS).isGreaterThan(0.95);
        assertThat(harm[harm.length / 2]).as("half of the time it is seen with as many observations").isLessThan(300);
    }

    /** Returns at how many observations a difference of shares was seen, sorted, where it was with at most 2,000. */
    private static long[] seen(double control, double other, long seed) {
        var random = new SplittableRandom(seed);
        var test = new ConfidenceSequence(ALPHA, 500);
        return LongStream.range(0, EXPERIMENTS).map(_ -> {
            Moments first = Moments.NONE;
            Moments second = Moments.NONE;
            while (first.count() + second.count() < 2000) {
                for (int i = 0; i < 5; i++) {
                    first = first.and(new Moments(1, random.nextDouble() < control ? 1 : 0, 0));
                    second = second.and(new Moments(1, random.nextDouble() < other ? 1 : 0, 0));
                }
                if (first.count() >= 20 && test.ofMeans(first, second).excludes(0)) {
                    return first.count() + second.count();
                }
            }
            return 0;
        }).filter(observations -> observations > 0).sorted().toArray();
    }

    @Test
    void shouldBeNarrowestWhereItIsToBe() {
        var test = new ConfidenceSequence(0.05, 100);
        assertThat(test.width(100)).isCloseTo(3.03, within(0.01));
        assertThat(test.width(100)).isLessThan(test.width(60)).isLessThan(test.width(170));
        assertThat(test.width(10)).isCloseTo(3.76, within(0.02));
        assertThat(test.ofPairs(Moments.of(3, 3)).interval().low()).as("what never differs is known").isEqualTo(3);
        assertThatThrownBy(() -> new ConfidenceSequence(0, 9)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldKnowItsBound() {
        assertThat(new AnytimeTest(0.05, 100).bound()).isCloseTo(2.2414, within(1e-4));
        assertThat(new AnytimeTest(0.05, 100).power(0)).as("by mistake, on that side").isCloseTo(0.025,
                within(1e-9));
        Estimate estimate = new AnytimeTest(0.05, 4).ofPairs(Moments.of(1, 3));
        assertThat(estimate.value()).isEqualTo(2);
        assertThat(estimate.interval().high() - 2).as("half of what is planned")
                .isCloseTo(2.2414 * Math.sqrt(2), within(1e-4));
        assertThatThrownBy(() -> new AnytimeTest(0.05, 3).ofMeans(Moments.of(1, 2), Moments.of(1, 2)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AnytimeTest(0.05, 9).ofPairs(Moments.of(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AnytimeTest(0.6, 9)).isInstanceOf(IllegalArgumentException.class);
    }
}
