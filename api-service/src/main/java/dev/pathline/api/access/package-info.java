/**
 * Who may drive the server: names it answers to, and pages that may send to it. A browser sends requests for every page
 * that is open in it, so a server that only listens on this machine is within reach of every page; what tells them apart
 * is what a browser says of itself ({@code Host}, {@code Origin}, {@code Sec-Fetch-Site}) and no page can change.
 */
@NullMarked
package dev.pathline.api.access;

import org.jspecify.annotations.NullMarked;
