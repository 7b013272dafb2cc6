// Renders a Helm chart with the template engine and the function library that Helm itself uses (text/template and sprig), for machines on
// which Helm cannot be had. It knows what this chart needs: values, include, toYaml, fromYaml, lookup (which finds nothing) and .Files.
//
//	render CHART RELEASE NAMESPACE [VALUES.yaml]
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v3"
)

type files string

// Get reads a file of the chart; like Helm's, it follows links and gives nothing for what is not there.
func (root files) Get(name string) string {
	content, err := os.ReadFile(filepath.Join(string(root), name))
	if err != nil {
		return ""
	}
	return string(content)
}

func main() {
	log.SetFlags(0)
	chart, release, namespace := os.Args[1], os.Args[2], os.Args[3]
	values := read(filepath.Join(chart, "values.yaml"))
	if len(os.Args) > 4 {
		merge(values, read(os.Args[4]))
	}
	about := read(filepath.Join(chart, "Chart.yaml"))
	data := map[string]interface{}{
		"Values":  values,
		"Files":   files(chart),
		"Chart":   map[string]interface{}{"Name": about["name"], "Version": about["version"], "AppVersion": about["appVersion"]},
		"Release": map[string]interface{}{"Name": release, "Namespace": namespace, "Service": "Helm"},
	}

	all := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	functions["include"] = func(name string, context interface{}) (string, error) {
		var text bytes.Buffer
		err := all.ExecuteTemplate(&text, name, context)
		return text.String(), err
	}
	functions["toYaml"] = toYaml
	functions["fromYaml"] = func(text string) (map[string]interface{}, error) {
		parsed := map[string]interface{}{}
		err := yaml.Unmarshal([]byte(text), &parsed)
		return parsed, err
	}
	functions["lookup"] = func(...string) map[string]interface{} { return map[string]interface{}{} }
	all.Funcs(functions)

	paths, _ := filepath.Glob(filepath.Join(chart, "templates", "*.*"))
	sort.Strings(paths)
	for _, path := range paths {
		content, err := os.ReadFile(path)
		check(err)
		template.Must(all.New(filepath.Base(path)).Parse(string(content)))
	}
	for _, path := range paths {
		if strings.HasSuffix(path, ".yaml") {
			var text bytes.Buffer
			check(all.ExecuteTemplate(&text, filepath.Base(path), data))
			if document := strings.TrimSpace(text.String()); document != "" {
				fmt.Printf("---\n# Source: %s/templates/%s\n%s\n", about["name"], filepath.Base(path), document)
			}
		}
	}
}

func toYaml(value interface{}) (string, error) {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	err := encoder.Encode(value)
	return strings.TrimSuffix(text.String(), "\n"), err
}

func read(path string) map[string]interface{} {
	content, err := os.ReadFile(path)
	check(err)
	parsed := map[string]interface{}{}
	check(yaml.Unmarshal(content, &parsed))
	return parsed
}

func merge(into, from map[string]interface{}) {
	for key, value := range from {
		below, isMap := value.(map[string]interface{})
		present, wasMap := into[key].(map[string]interface{})
		if isMap && wasMap {
			merge(present, below)
		} else {
			into[key] = value
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
