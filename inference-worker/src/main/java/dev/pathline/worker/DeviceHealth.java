package dev.pathline.worker;

/**
 * How far a device can be relied on. It is the one state that signs of life, claims, heartbeats and the liveness probe go by.
 * In order of how bad it is.
 */
enum DeviceHealth {
    /** Its loop goes round. */
    WELL,
    /** An evaluation, a loading or a trial has not returned in time. It may yet. */
    HUNG,
    /** Its loop has ended though nobody stopped it: nothing is computed any more until the process starts anew. */
    DEAD
}
