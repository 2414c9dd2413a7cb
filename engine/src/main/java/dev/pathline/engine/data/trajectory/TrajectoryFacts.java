package dev.pathline.engine.data.trajectory;

import dev.pathline.diffusion.schedule.ScheduleSpec;
import dev.pathline.engine.checkpoint.ModelIdentity;
import java.util.List;

/**
 * What trajectories are made of: whoever makes them again by the same facts, on the same kind of machine with as many threads,
 * gets the same bytes.
 *
 * @param teacher the model whose ODE is solved
 * @param profile how its network computes: the numeric profile's name
 * @param solve how the ODE is solved
 * @param seed the seed of the noise; trajectory {@code i} starts from the noise of sample {@code i} of a request with it
 * @param count how many trajectories there are
 * @param batch how many are under way at once
 * @param shape of one state
 * @param classes the names of the teacher's classes, none for a model without; trajectory {@code i} has class
 *        {@code i mod classes}
 * @param schedule the teacher's noise schedule
 * @param initialScale what unit noise is multiplied by to be the first state
 * @param states which of the solve's points are kept, by number: 0 is the noise, {@code steps} the sample
 * @param times the time of each of them, in the schedule's own time
 * @param store how states are stored
 */
public record TrajectoryFacts(
        ModelIdentity teacher,
        String profile,
        Solve solve,
        long seed,
        int count,
        int batch,
        List<Integer> shape,
        List<String> classes,
        ScheduleSpec schedule,
        double initialScale,
        List<Integer> states,
        List<Double> times,
        StateType store) {

    /**
     * Takes copies and checks what can be checked.
     *
     * @throws IllegalArgumentException if the parts do not fit together; the message names the field
     */
    public TrajectoryFacts {
        shape = List.copyOf(shape);
        classes = List.copyOf(classes);
        states = List.copyOf(states);
        times = List.copyOf(times);
        require(count >= 1 && batch >= 1, "count and batch must be at least 1, not " + count + " and " + batch);
        require(!shape.isEmpty() && shape.stream().allMatch(size -> size > 0), "shape must be of sizes, not " + shape);
        require(states.size() >= 2 && states.getFirst() == 0 && states.getLast() == solve.steps() && rises(states),
                "states must rise from 0 to the " + solve.steps() + " of steps, not " + states);
        require(times.size() == states.size() && falls(times),
                "times must be one a state and fall, not " + times);
    }

    private static void require(boolean good, String what) {
        if (!good) {
            throw new IllegalArgumentException(what);
        }
    }

    private static boolean rises(List<Integer> numbers) {
        for (int i = 1; i < numbers.size(); i++) {
            if (numbers.get(i) <= numbers.get(i - 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean falls(List<Double> numbers) {
        for (int i = 1; i < numbers.size(); i++) {
            if (!(numbers.get(i) < numbers.get(i - 1))) {
                return false;
            }
        }
        return Double.isFinite(numbers.getFirst()) && numbers.getLast() >= 0;
    }

    /** Returns the number of values of one state. */
    int stateSize() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    /** Returns how many states are stored of a trajectory: all but the noise. */
    int stored() {
        return states.size() - 1;
    }

    /** Returns the bytes that a trajectory takes. */
    long bytes() {
        return (long) stored() * stateSize() * store.bytes();
    }

    /** Returns the class of a trajectory, or -1 where there are no classes. */
    int label(int index) {
        return classes.isEmpty() ? -1 : index % classes.size();
    }

    /** Returns these facts of a teacher that is called something else. */
    TrajectoryFacts calledBy(String model) {
        return new TrajectoryFacts(new ModelIdentity(model, teacher.weightsSha256(), teacher.cardSha256()), profile,
                solve, seed, count, batch, shape, classes, schedule, initialScale, states, times, store);
    }
}
