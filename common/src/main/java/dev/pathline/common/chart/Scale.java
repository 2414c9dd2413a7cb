package dev.pathline.common.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Where values are along an axis, and which of them get a mark. */
sealed interface Scale {

    /** Returns where a value is: 0 at the axis' start, 1 at its end. */
    double position(double value);

    /** Returns marks at round values within the axis, by growing value: about {@code wanted}, not many more. */
    List<Tick> ticks(int wanted);

    /**
     * Even spacing.
     *
     * @param from the value at the start
     * @param to the value at the end, above {@code from}
     */
    record Linear(double from, double to) implements Scale {

        /** Returns a scale that holds an interval, with a little room; a single value is in its middle. */
        static Linear around(double least, double largest) {
            double room = largest > least ? 0.04 * (largest - least) : Math.max(1e-6, 0.5 * Math.abs(largest));
            // An axis of positive values does not go below zero for the sake of the room.
            double from = least >= 0 ? Math.max(0, least - room) : least - room;
            return new Linear(from, largest + room);
        }

        @Override
        public double position(double value) {
            return (value - from) / (to - from);
        }

        @Override
        public List<Tick> ticks(int wanted) {
            return Ticks.linear(from, to, wanted);
        }
    }

    /**
     * Even spacing of the logarithms.
     *
     * @param from the value at the start, above 0
     * @param to the value at the end, above {@code from}
     */
    record Logarithmic(double from, double to) implements Scale {

        /** Returns a scale that holds an interval, with a little room; a single value is in its middle. */
        static Logarithmic around(double least, double largest) {
            double room = largest > least ? Math.pow(largest / least, 0.04) : 1.5;
            // The room must not leave the range of double.
            return new Logarithmic(Math.max(Double.MIN_NORMAL, least / room),
                    Math.min(Double.MAX_VALUE, largest * room));
        }

        @Override
        public double position(double value) {
            return (Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from));
        }

        @Override
        public List<Tick> ticks(int wanted) {
            int first = (int) Math.ceil(Math.log10(from) - 1e-9);
            int last = (int) Math.floor(Math.log10(to) + 1e-9);
            if (last - first >= 2) {
                int every = Math.max(1, Math.ceilDiv(last - first + 1, Math.max(1, wanted)));
                var ticks = new ArrayList<Tick>();
                for (int power = Math.ceilDiv(first, every) * every; power <= last; power += every) {
                    ticks.add(tick(Math.pow(10, power)));
                }
                return ticks;
            }
            // Less than two decades: 1, 2 and 5 of each; and of a small part of a decade, whatever is round.
            List<Tick> ticks = DoubleStream.iterate(first - 1.0, power -> power <= last + 1, power -> power + 1)
                    .flatMap(power -> DoubleStream.of(1, 2, 5).map(digit -> digit * Math.pow(10, power)))
                    .filter(value -> value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9))
                    .mapToObj(Logarithmic::tick).toList();
            return ticks.size() >= 3 ? ticks : Ticks.linear(from, to, wanted);
        }

        private static Tick tick(double value) {
            return new Tick(value, Ticks.label(value, value));
        }
    }
}
