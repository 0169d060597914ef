/// Forecasts of series: a [dev.unroll.task.forecast.Forecaster], trained by a
/// [dev.unroll.task.forecast.ForecastTraining], with its [dev.unroll.task.forecast.ForecastReport].
@NullMarked
package dev.unroll.task.forecast;

import org.jspecify.annotations.NullMarked;
