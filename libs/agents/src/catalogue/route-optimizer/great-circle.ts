const EARTH_RADIUS_KM = 6_371.0088;

export interface Place {
  /** Degrees, positive to the north. */
  readonly lat: number;
  /** Degrees, positive to the east. */
  readonly lon: number;
}

/** Kilometres between two places as the crow flies, by the haversine formula. */
export function greatCircleKm(from: Place, to: Place): number {
  const halfLat = radians(to.lat - from.lat) / 2;
  const halfLon = radians(to.lon - from.lon) / 2;
  const square =
    Math.sin(halfLat) ** 2 + Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * Math.sin(halfLon) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(square)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
