package dev.pathline.api.experiments.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    @Test
    void shouldPutMomentsTogetherWithoutALossOfDigits() {
        Moments one = Moments.of(1e9 + 1, 1e9 + 2).and(Moments.of(1e9 + 3));
        assertThat(one.count()).isEqualTo(3);
        assertThat(one.mean()).isEqualTo(1e9 + 2);
        assertThat(one.variance()).isCloseTo(1, within(1e-9));
        assertThat(Moments.NONE.and(one)).isEqualTo(one);
        assertThat(one.and(Moments.NONE)).isEqualTo(one);
    }

    /** Numbers of Welch's test for two small samples, by hand. */
    @Test
    void shouldCompareMeansOfUnequalVariances() {
        Estimate difference = Differences.ofMeans(Moments.of(10, 12, 14, 16), Moments.of(20, 30, 40), 0.95);
        assertThat(difference.value()).isEqualTo(17);
        // The standard error is 5.91608 and there are 2.20 degrees of freedom.
        assertThat(difference.interval().high() - 17).isCloseTo(17 - difference.interval().low(), within(1e-9));
        assertThat(difference.interval().high() - 17).isBetween(5.916 * 3.182, 5.916 * 4.303);
        assertThatThrownBy(() -> Differences.ofMeans(Moments.of(1), Moments.of(1, 2), 0.95))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Differences.ofMeans(Moments.of(1, 1), Moments.of(2, 2), 0.95).interval().width()).isZero();
    }

    /** Wilson's interval of none of ten. */
    @Test
    void shouldKnowWhereAShareLies() {
        Estimate none = Differences.share(0, 10, 0.95);
        assertThat(none.interval().low()).isCloseTo(0, within(1e-12));
        assertThat(none.interval().high()).isCloseTo(0.2775, within(1e-4));
    }

    @Test
    void shouldSayWhatPairingSaves() {
        var random = new SplittableRandom(5);
        double[] first = new double[2000];
        double[] second = new double[2000];
        for (int i = 0; i < first.length; i++) {
            double shared = 3 * random.nextGaussian();
            first[i] = shared + random.nextGaussian();
            second[i] = shared + random.nextGaussian() + 0.5;
        }
        Moments differences = Moments.of(DoubleStream.iterate(0, i -> i + 1).limit(first.length)
                .map(i -> second[(int) i] - first[(int) i]).toArray());
        assertThat(Differences.savedByPairing(Moments.of(first), Moments.of(second), differences))
                .as("(10 + 10) / 2").isBetween(9.0, 11.0);
        assertThat(Differences.ofPairs(differences, 0.95).interval().contains(0.5)).isTrue();
    }

    /** The bootstrap's interval of a percentile has the difference in it as often as it says. */
    @Test
    void shouldCoverDifferencesOfPercentiles() {
        var random = new SplittableRandom(6);
        int covered = 0;
        int rounds = 400;
        for (int round = 0; round < rounds; round++) {
            double[] first = random.doubles(300).map(x -> -Math.log(1 - x)).toArray();
            double[] second = random.doubles(300).map(x -> -2 * Math.log(1 - x)).toArray();
            // The 95th percentile of an exponential law is its mean times log 20.
            covered += Percentiles.difference(first, second, 0.95, 0.95, round).interval().contains(Math.log(20))
                    ? 1
                    : 0;
        }
        assertThat((double) covered / rounds).isBetween(0.91, 0.99);
        assertThat(Percentiles.of(new double[]{4, 1, 3, 2}, 0.5, 0.75)).containsExactly(2, 3);
        assertThat(Percentiles.of(new double[]{7}, 0.99)).containsExactly(7);
        assertThatThrownBy(() -> Percentiles.of(new double[0], 0.5))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldAlarmWhereUnitsOfAnArmAreLost() {
        assertThat(SampleRatio.of(new long[]{51_000, 49_000}, new double[]{1, 1}).alarms()).isTrue();
        assertThat(SampleRatio.of(new long[]{50_100, 49_900}, new double[]{1, 1}).alarms()).isFalse();
        assertThat(SampleRatio.of(new long[]{0, 0}, new double[]{1, 1}).alarms()).isFalse();
        var random = new SplittableRandom(7);
        int alarms = 0;
        for (int i = 0; i < 5000; i++) {
            long first = random.ints(500, 0, 2).filter(side -> side == 0).count();
            alarms += SampleRatio.of(new long[]{first, 500 - first}, new double[]{1, 1}).alarms() ? 1 : 0;
        }
        assertThat(alarms).as("seldom by chance").isLessThan(6);
    }

    @Test
    void shouldFindStrengthsFromVotes() {
        // Of two arms the strength is the logarithm of the odds, here with half a vote more for each.
        BradleyTerry two = BradleyTerry.fit(new double[][]{{0, 30}, {70, 0}}, 0.95);
        assertThat(two.strengths().get(1).value()).isCloseTo(Math.log(70.5 / 30.5), within(1e-9));
        assertThat(two.strengths().get(1).excludes(0)).isTrue();
        assertThat(two.strengths().getFirst()).isEqualTo(new Estimate(0, new Interval(0, 0)));
        BradleyTerry all = BradleyTerry.fit(new double[][]{{0, 0}, {50, 0}}, 0.95);
        assertThat(all.strengths().get(1).value()).as("an arm that has won every vote").isFinite();

        var random = new SplittableRandom(8);
        double[] truth = {0, 0.7, -0.4, 1.2};
        double[][] wins = new double[4][4];
        for (int vote = 0; vote < 20_000; vote++) {
            int i = random.nextInt(4);
            int j = (i + 1 + random.nextInt(3)) % 4;
            boolean won = random.nextDouble() < 1 / (1 + Math.exp(truth[j] - truth[i]));
            wins[won ? i : j][won ? j : i]++;
        }
        BradleyTerry found = BradleyTerry.fit(wins, 0.999);
        for (int i = 0; i < truth.length; i++) {
            assertThat(found.strengths().get(i).interval().contains(truth[i])).as("arm " + i).isTrue();
        }
        double[][] apart = {{0, 1, 0}, {1, 0, 0}, {0, 0, 0}};
        assertThat(BradleyTerry.connects(apart)).isFalse();
        assertThatThrownBy(() -> BradleyTerry.fit(apart, 0.95)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldSayHowManyAreNeeded() {
        long even = Power.observations(1, 10, 0.5, 0.05, 0.8);
        assertThat(Power.observations(1, 10, 0.1, 0.05, 0.8)).as("uneven shares need more").isGreaterThan(2 * even);
        assertThat(Power.observations(2, 10, 0.5, 0.05, 0.8)).isCloseTo(even / 4, within(2L));
        assertThat(Power.pairs(1, 10, 0.05, 0.8)).as("a pair has the difference itself").isCloseTo(even / 4,
                within(2L));
        assertThat(Power.observations(1, 10, 0.5, 0.05, 0.9)).isGreaterThan(even);
        assertThatThrownBy(() -> Power.observations(0, 1, 0.5, 0.05, 0.8))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
