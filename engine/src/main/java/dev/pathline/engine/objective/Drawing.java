package dev.pathline.engine.objective;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What an objective knows when it draws a row. All of it is a function of the run's seed and the step's number, so that a
 * resumed run draws the same rows.
 *
 * @param random the step's stream of random numbers
 * @param step the step's number, from 1
 * @param place the row's place in its micro-batch, from 0
 * @param rows the rows of a micro-batch
 * @param states the schedule's times of the states of the data's trajectories, decreasing; empty where data are no
 *        trajectories
 */
public record Drawing(RandomGenerator random, long step, int place, int rows, List<Double> states) {

    /** Returns whether the row is one of those that have an auxiliary evaluation. */
    public boolean has(Auxiliary auxiliary) {
        return place < auxiliary.rows(rows);
    }
}
