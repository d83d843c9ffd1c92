#include "services/trace/capture/vocabulary.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"

namespace shian::trace {
namespace {

// Each list is sorted.
using Words = absl::Span<const absl::string_view>;

constexpr absl::string_view kBizSteps[] = {
    "accepting",
    "arriving",
    "assembling",
    "collecting",
    "commissioning",
    "consigning",
    "creating_class_instance",
    "cycle_counting",
    "decommissioning",
    "departing",
    "destroying",
    "disassembling",
    "dispensing",
    "encoding",
    "entering_exiting",
    "holding",
    "inspecting",
    "installing",
    "killing",
    "loading",
    "other",
    "packing",
    "picking",
    "receiving",
    "removing",
    "repackaging",
    "repairing",
    "replacing",
    "reserving",
    "retail_selling",
    "sampling",
    "sensor_reporting",
    "shipping",
    "staging_outbound",
    "stock_taking",
    "stocking",
    "storing",
    "transporting",
    "unloading",
    "unpacking",
    "void_shipping",
};
constexpr absl::string_view kDispositions[] = {
    "active",
    "available",
    "completeness_inferred",
    "completeness_verified",
    "conformant",
    "container_closed",
    "container_open",
    "damaged",
    "destroyed",
    "dispensed",
    "disposed",
    "encoded",
    "expired",
    "in_progress",
    "in_transit",
    "inactive",
    "mismatch_class",
    "mismatch_instance",
    "mismatch_quantity",
    "needs_replacement",
    "no_pedigree_match",
    "non_conformant",
    "non_sellable_other",
    "partially_dispensed",
    "recalled",
    "reserved",
    "retail_sold",
    "returned",
    "sellable_accessible",
    "sellable_not_accessible",
    "stolen",
    "unavailable",
    "unknown",
};
constexpr absl::string_view kBizTransactionTypes[] = {
    "bol",       "cert",   "desadv", "inv",     "pedigree", "po",    "poc",
    "prodorder", "recadv", "rma",    "testprd", "testres",  "upevt",
};
constexpr absl::string_view kSourceDestTypes[] = {
    "location",
    "owning_party",
    "possessing_party",
};
constexpr absl::string_view kErrorReasons[] = {
    "did_not_occur",
    "incorrect_data",
};
constexpr absl::string_view kMeasurementTypes[] = {
    "AbsoluteHumidity",
    "AbsorbedDose",
    "AbsorbedDoseRate",
    "Acceleration",
    "Altitude",
    "AmountOfSubstance",
    "AmountOfSubstancePerUnitVolume",
    "Angle",
    "AngularAcceleration",
    "AngularMomentum",
    "AngularVelocity",
    "Area",
    "Capacitance",
    "Conductance",
    "Conductivity",
    "Count",
    "Density",
    "Dimensionless",
    "DoseEquivalent",
    "DoseEquivalentRate",
    "DynamicViscosity",
    "ElectricCharge",
    "ElectricCurrent",
    "ElectricCurrentDensity",
    "ElectricFieldStrength",
    "Energy",
    "Exposure",
    "Force",
    "Frequency",
    "Illuminance",
    "Inductance",
    "Irradiance",
    "KinematicViscosity",
    "Length",
    "LinearMomentum",
    "Luminance",
    "LuminousFlux",
    "LuminousIntensity",
    "MagneticFlux",
    "MagneticFluxDensity",
    "MagneticVectorPotential",
    "Mass",
    "MassConcentration",
    "MassFlowRate",
    "MassPerAreaTime",
    "MemoryCapacity",
    "MolalityOfSolute",
    "MolarEnergy",
    "MolarMass",
    "MolarVolume",
    "Power",
    "Pressure",
    "RadiantFlux",
    "RadiantIntensity",
    "Radioactivity",
    "RelativeHumidity",
    "Resistance",
    "Resistivity",
    "SolidAngle",
    "SpecificVolume",
    "Speed",
    "SurfaceDensity",
    "SurfaceTension",
    "Temperature",
    "Time",
    "Torque",
    "Voltage",
    "Volume",
    "VolumeFlowRate",
    "VolumeFraction",
    "VolumetricFlux",
    "Wavenumber",
};
constexpr absl::string_view kSensorAlerts[] = {
    "ALARM_CONDITION",
    "ERROR_CONDITION",
};
constexpr absl::string_view kComponents[] = {
    "altitude",
    "axial_distance",
    "azimuth",
    "easting",
    "elevation_angle",
    "height",
    "latitude",
    "longitude",
    "northing",
    "polar_angle",
    "spherical_radius",
    "x",
    "y",
    "z",
};

struct Table {
  Words words;
  absl::string_view web;  // goes before the word
  absl::string_view urn;  // the older form of the same
  absl::string_view xml;  // goes before the word in XML
};

const Table& TableOf(Vocabulary vocabulary) {
  static constexpr absl::string_view kGs1 = "https://gs1.org/voc/";
  static const Table kTables[] = {
      {kBizSteps, "https://ref.gs1.org/cbv/BizStep-",
       "urn:epcglobal:cbv:bizstep:", "urn:epcglobal:cbv:bizstep:"},
      {kDispositions, "https://ref.gs1.org/cbv/Disp-",
       "urn:epcglobal:cbv:disp:", "urn:epcglobal:cbv:disp:"},
      {kBizTransactionTypes, "https://ref.gs1.org/cbv/BTT-",
       "urn:epcglobal:cbv:btt:", "urn:epcglobal:cbv:btt:"},
      {kSourceDestTypes, "https://ref.gs1.org/cbv/SDT-",
       "urn:epcglobal:cbv:sdt:", "urn:epcglobal:cbv:sdt:"},
      {kErrorReasons, "https://ref.gs1.org/cbv/ER-",
       "urn:epcglobal:cbv:er:", "urn:epcglobal:cbv:er:"},
      {kMeasurementTypes, kGs1, "", "gs1:"},
      {kSensorAlerts, kGs1, "", "gs1:"},
      {kComponents, "https://ref.gs1.org/cbv/Comp-", "", "cbv:Comp-"},
  };
  return kTables[static_cast<int>(vocabulary)];
}

bool Holds(const Table& table, absl::string_view word) {
  return std::binary_search(table.words.begin(), table.words.end(), word);
}

}  // namespace

std::string WebUri(Vocabulary vocabulary, absl::string_view word) {
  const Table& table = TableOf(vocabulary);
  if (Holds(table, word)) return absl::StrCat(table.web, word);
  absl::string_view rest = word;
  if (!table.urn.empty() && absl::ConsumePrefix(&rest, table.urn)) {
    return absl::StrCat(table.web, rest);
  }
  if (absl::ConsumePrefix(&rest, "cbv:")) return absl::StrCat("https://ref.gs1.org/cbv/", rest);
  if (absl::ConsumePrefix(&rest, "gs1:")) return absl::StrCat("https://gs1.org/voc/", rest);
  return absl::StrContains(word, ':') ? std::string(word) : std::string();
}

std::string JsonWord(Vocabulary vocabulary, absl::string_view text) {
  const Table& table = TableOf(vocabulary);
  absl::string_view word = text;
  return std::string(absl::ConsumePrefix(&word, table.xml) && Holds(table, word) ? word : text);
}

std::string XmlWord(Vocabulary vocabulary, absl::string_view text) {
  const Table& table = TableOf(vocabulary);
  return Holds(table, text) ? absl::StrCat(table.xml, text) : std::string(text);
}

std::string WithoutUrn(absl::string_view text) {
  if (absl::StartsWith(text, "urn:epcglobal:cbv:")) {
    for (Vocabulary vocabulary :
         {Vocabulary::kBizStep, Vocabulary::kDisposition, Vocabulary::kBizTransactionType,
          Vocabulary::kSourceDestType, Vocabulary::kErrorReason}) {
      const Table& table = TableOf(vocabulary);
      absl::string_view word = text;
      if (absl::ConsumePrefix(&word, table.urn)) return absl::StrCat(table.web, word);
    }
  }
  return std::string(text);
}

}  // namespace shian::trace
